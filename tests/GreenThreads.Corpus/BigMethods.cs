namespace GreenThreads.Corpus;

/// <summary>Methods with many locals and many waits.</summary>
public static class BigMethods
{
    public static void HundredsOfLocals(Trace t)
    {
        int i0 = W.Id(0);
        string s1 = "s1";
        double d2 = W.Id(2.5);
        long l3 = 3L;
        (int, string) p4 = (4, W.Id("p4"));
        int i5 = W.Id(5);
        string s6 = "s6";
        double d7 = W.Id(7.5);
        long l8 = 8L;
        (int, string) p9 = (9, W.Id("p9"));
        int i10 = W.Id(10);
        string s11 = "s11";
        double d12 = W.Id(12.5);
        long l13 = 13L;
        (int, string) p14 = (14, W.Id("p14"));
        int i15 = W.Id(15);
        string s16 = "s16";
        double d17 = W.Id(17.5);
        long l18 = 18L;
        (int, string) p19 = (19, W.Id("p19"));
        int i20 = W.Id(20);
        string s21 = "s21";
        double d22 = W.Id(22.5);
        long l23 = 23L;
        (int, string) p24 = (24, W.Id("p24"));
        int i25 = W.Id(25);
        string s26 = "s26";
        double d27 = W.Id(27.5);
        long l28 = 28L;
        (int, string) p29 = (29, W.Id("p29"));
        int i30 = W.Id(30);
        string s31 = "s31";
        double d32 = W.Id(32.5);
        long l33 = 33L;
        (int, string) p34 = (34, W.Id("p34"));
        int i35 = W.Id(35);
        string s36 = "s36";
        double d37 = W.Id(37.5);
        long l38 = 38L;
        (int, string) p39 = (39, W.Id("p39"));
        int i40 = W.Id(40);
        string s41 = "s41";
        double d42 = W.Id(42.5);
        long l43 = 43L;
        (int, string) p44 = (44, W.Id("p44"));
        int i45 = W.Id(45);
        string s46 = "s46";
        double d47 = W.Id(47.5);
        long l48 = 48L;
        (int, string) p49 = (49, W.Id("p49"));
        int i50 = W.Id(50);
        string s51 = "s51";
        double d52 = W.Id(52.5);
        long l53 = 53L;
        (int, string) p54 = (54, W.Id("p54"));
        int i55 = W.Id(55);
        string s56 = "s56";
        double d57 = W.Id(57.5);
        long l58 = 58L;
        (int, string) p59 = (59, W.Id("p59"));
        int i60 = W.Id(60);
        string s61 = "s61";
        double d62 = W.Id(62.5);
        long l63 = 63L;
        (int, string) p64 = (64, W.Id("p64"));
        int i65 = W.Id(65);
        string s66 = "s66";
        double d67 = W.Id(67.5);
        long l68 = 68L;
        (int, string) p69 = (69, W.Id("p69"));
        int i70 = W.Id(70);
        string s71 = "s71";
        double d72 = W.Id(72.5);
        long l73 = 73L;
        (int, string) p74 = (74, W.Id("p74"));
        int i75 = W.Id(75);
        string s76 = "s76";
        double d77 = W.Id(77.5);
        long l78 = 78L;
        (int, string) p79 = (79, W.Id("p79"));
        int i80 = W.Id(80);
        string s81 = "s81";
        double d82 = W.Id(82.5);
        long l83 = 83L;
        (int, string) p84 = (84, W.Id("p84"));
        int i85 = W.Id(85);
        string s86 = "s86";
        double d87 = W.Id(87.5);
        long l88 = 88L;
        (int, string) p89 = (89, W.Id("p89"));
        int i90 = W.Id(90);
        string s91 = "s91";
        double d92 = W.Id(92.5);
        long l93 = 93L;
        (int, string) p94 = (94, W.Id("p94"));
        int i95 = W.Id(95);
        string s96 = "s96";
        double d97 = W.Id(97.5);
        long l98 = 98L;
        (int, string) p99 = (99, W.Id("p99"));
        int i100 = W.Id(100);
        string s101 = "s101";
        double d102 = W.Id(102.5);
        long l103 = 103L;
        (int, string) p104 = (104, W.Id("p104"));
        int i105 = W.Id(105);
        string s106 = "s106";
        double d107 = W.Id(107.5);
        long l108 = 108L;
        (int, string) p109 = (109, W.Id("p109"));
        int i110 = W.Id(110);
        string s111 = "s111";
        double d112 = W.Id(112.5);
        long l113 = 113L;
        (int, string) p114 = (114, W.Id("p114"));
        int i115 = W.Id(115);
        string s116 = "s116";
        double d117 = W.Id(117.5);
        long l118 = 118L;
        (int, string) p119 = (119, W.Id("p119"));
        int i120 = W.Id(120);
        string s121 = "s121";
        double d122 = W.Id(122.5);
        long l123 = 123L;
        (int, string) p124 = (124, W.Id("p124"));
        int i125 = W.Id(125);
        string s126 = "s126";
        double d127 = W.Id(127.5);
        long l128 = 128L;
        (int, string) p129 = (129, W.Id("p129"));
        int i130 = W.Id(130);
        string s131 = "s131";
        double d132 = W.Id(132.5);
        long l133 = 133L;
        (int, string) p134 = (134, W.Id("p134"));
        int i135 = W.Id(135);
        string s136 = "s136";
        double d137 = W.Id(137.5);
        long l138 = 138L;
        (int, string) p139 = (139, W.Id("p139"));
        int i140 = W.Id(140);
        string s141 = "s141";
        double d142 = W.Id(142.5);
        long l143 = 143L;
        (int, string) p144 = (144, W.Id("p144"));
        int i145 = W.Id(145);
        string s146 = "s146";
        double d147 = W.Id(147.5);
        long l148 = 148L;
        (int, string) p149 = (149, W.Id("p149"));
        int i150 = W.Id(150);
        string s151 = "s151";
        double d152 = W.Id(152.5);
        long l153 = 153L;
        (int, string) p154 = (154, W.Id("p154"));
        int i155 = W.Id(155);
        string s156 = "s156";
        double d157 = W.Id(157.5);
        long l158 = 158L;
        (int, string) p159 = (159, W.Id("p159"));
        int i160 = W.Id(160);
        string s161 = "s161";
        double d162 = W.Id(162.5);
        long l163 = 163L;
        (int, string) p164 = (164, W.Id("p164"));
        int i165 = W.Id(165);
        string s166 = "s166";
        double d167 = W.Id(167.5);
        long l168 = 168L;
        (int, string) p169 = (169, W.Id("p169"));
        int i170 = W.Id(170);
        string s171 = "s171";
        double d172 = W.Id(172.5);
        long l173 = 173L;
        (int, string) p174 = (174, W.Id("p174"));
        int i175 = W.Id(175);
        string s176 = "s176";
        double d177 = W.Id(177.5);
        long l178 = 178L;
        (int, string) p179 = (179, W.Id("p179"));
        int i180 = W.Id(180);
        string s181 = "s181";
        double d182 = W.Id(182.5);
        long l183 = 183L;
        (int, string) p184 = (184, W.Id("p184"));
        int i185 = W.Id(185);
        string s186 = "s186";
        double d187 = W.Id(187.5);
        long l188 = 188L;
        (int, string) p189 = (189, W.Id("p189"));
        int i190 = W.Id(190);
        string s191 = "s191";
        double d192 = W.Id(192.5);
        long l193 = 193L;
        (int, string) p194 = (194, W.Id("p194"));
        int i195 = W.Id(195);
        string s196 = "s196";
        double d197 = W.Id(197.5);
        long l198 = 198L;
        (int, string) p199 = (199, W.Id("p199"));
        W.Wait();
        long sum = 0;
        string text = "";
        sum += i0;
        text += s1;
        sum += (long)W.Id(d2);
        sum += l3;
        text += p4.Item2 + p4.Item1;
        sum += i5;
        text += s6;
        sum += (long)W.Id(d7);
        sum += l8;
        text += p9.Item2 + p9.Item1;
        sum += i10;
        text += s11;
        sum += (long)W.Id(d12);
        sum += l13;
        text += p14.Item2 + p14.Item1;
        sum += i15;
        text += s16;
        sum += (long)W.Id(d17);
        sum += l18;
        text += p19.Item2 + p19.Item1;
        sum += i20;
        text += s21;
        sum += (long)W.Id(d22);
        sum += l23;
        text += p24.Item2 + p24.Item1;
        sum += i25;
        text += s26;
        sum += (long)W.Id(d27);
        sum += l28;
        text += p29.Item2 + p29.Item1;
        sum += i30;
        text += s31;
        sum += (long)W.Id(d32);
        sum += l33;
        text += p34.Item2 + p34.Item1;
        sum += i35;
        text += s36;
        sum += (long)W.Id(d37);
        sum += l38;
        text += p39.Item2 + p39.Item1;
        sum += i40;
        text += s41;
        sum += (long)W.Id(d42);
        sum += l43;
        text += p44.Item2 + p44.Item1;
        sum += i45;
        text += s46;
        sum += (long)W.Id(d47);
        sum += l48;
        text += p49.Item2 + p49.Item1;
        sum += i50;
        text += s51;
        sum += (long)W.Id(d52);
        sum += l53;
        text += p54.Item2 + p54.Item1;
        sum += i55;
        text += s56;
        sum += (long)W.Id(d57);
        sum += l58;
        text += p59.Item2 + p59.Item1;
        sum += i60;
        text += s61;
        sum += (long)W.Id(d62);
        sum += l63;
        text += p64.Item2 + p64.Item1;
        sum += i65;
        text += s66;
        sum += (long)W.Id(d67);
        sum += l68;
        text += p69.Item2 + p69.Item1;
        sum += i70;
        text += s71;
        sum += (long)W.Id(d72);
        sum += l73;
        text += p74.Item2 + p74.Item1;
        sum += i75;
        text += s76;
        sum += (long)W.Id(d77);
        sum += l78;
        text += p79.Item2 + p79.Item1;
        sum += i80;
        text += s81;
        sum += (long)W.Id(d82);
        sum += l83;
        text += p84.Item2 + p84.Item1;
        sum += i85;
        text += s86;
        sum += (long)W.Id(d87);
        sum += l88;
        text += p89.Item2 + p89.Item1;
        sum += i90;
        text += s91;
        sum += (long)W.Id(d92);
        sum += l93;
        text += p94.Item2 + p94.Item1;
        sum += i95;
        text += s96;
        sum += (long)W.Id(d97);
        sum += l98;
        text += p99.Item2 + p99.Item1;
        sum += i100;
        text += s101;
        sum += (long)W.Id(d102);
        sum += l103;
        text += p104.Item2 + p104.Item1;
        sum += i105;
        text += s106;
        sum += (long)W.Id(d107);
        sum += l108;
        text += p109.Item2 + p109.Item1;
        sum += i110;
        text += s111;
        sum += (long)W.Id(d112);
        sum += l113;
        text += p114.Item2 + p114.Item1;
        sum += i115;
        text += s116;
        sum += (long)W.Id(d117);
        sum += l118;
        text += p119.Item2 + p119.Item1;
        sum += i120;
        text += s121;
        sum += (long)W.Id(d122);
        sum += l123;
        text += p124.Item2 + p124.Item1;
        sum += i125;
        text += s126;
        sum += (long)W.Id(d127);
        sum += l128;
        text += p129.Item2 + p129.Item1;
        sum += i130;
        text += s131;
        sum += (long)W.Id(d132);
        sum += l133;
        text += p134.Item2 + p134.Item1;
        sum += i135;
        text += s136;
        sum += (long)W.Id(d137);
        sum += l138;
        text += p139.Item2 + p139.Item1;
        sum += i140;
        text += s141;
        sum += (long)W.Id(d142);
        sum += l143;
        text += p144.Item2 + p144.Item1;
        sum += i145;
        text += s146;
        sum += (long)W.Id(d147);
        sum += l148;
        text += p149.Item2 + p149.Item1;
        sum += i150;
        text += s151;
        sum += (long)W.Id(d152);
        sum += l153;
        text += p154.Item2 + p154.Item1;
        sum += i155;
        text += s156;
        sum += (long)W.Id(d157);
        sum += l158;
        text += p159.Item2 + p159.Item1;
        sum += i160;
        text += s161;
        sum += (long)W.Id(d162);
        sum += l163;
        text += p164.Item2 + p164.Item1;
        sum += i165;
        text += s166;
        sum += (long)W.Id(d167);
        sum += l168;
        text += p169.Item2 + p169.Item1;
        sum += i170;
        text += s171;
        sum += (long)W.Id(d172);
        sum += l173;
        text += p174.Item2 + p174.Item1;
        sum += i175;
        text += s176;
        sum += (long)W.Id(d177);
        sum += l178;
        text += p179.Item2 + p179.Item1;
        sum += i180;
        text += s181;
        sum += (long)W.Id(d182);
        sum += l183;
        text += p184.Item2 + p184.Item1;
        sum += i185;
        text += s186;
        sum += (long)W.Id(d187);
        sum += l188;
        text += p189.Item2 + p189.Item1;
        sum += i190;
        text += s191;
        sum += (long)W.Id(d192);
        sum += l193;
        text += p194.Item2 + p194.Item1;
        sum += i195;
        text += s196;
        sum += (long)W.Id(d197);
        sum += l198;
        text += p199.Item2 + p199.Item1;
        t.Add(sum);
        t.Add(text);
    }

    public static void HundredsOfSites(Trace t)
    {
        int n = 0;
        if (W.Id(n) % 2 == 0) n += 0; else n -= W.Id(0);
        n = n * 3 + W.Id(1) - 1;
        n = n * 3 + W.Id(2) - 2;
        n = n * 3 + W.Id(3) - 3;
        if (W.Id(n) % 2 == 0) n += 4; else n -= W.Id(4);
        n = n * 3 + W.Id(5) - 5;
        n = n * 3 + W.Id(6) - 6;
        n = n * 3 + W.Id(7) - 0;
        if (W.Id(n) % 2 == 0) n += 8; else n -= W.Id(8);
        n = n * 3 + W.Id(9) - 2;
        n = n * 3 + W.Id(10) - 3;
        n = n * 3 + W.Id(11) - 4;
        if (W.Id(n) % 2 == 0) n += 12; else n -= W.Id(12);
        n = n * 3 + W.Id(13) - 6;
        n = n * 3 + W.Id(14) - 0;
        n = n * 3 + W.Id(15) - 1;
        if (W.Id(n) % 2 == 0) n += 16; else n -= W.Id(16);
        n = n * 3 + W.Id(17) - 3;
        n = n * 3 + W.Id(18) - 4;
        n = n * 3 + W.Id(19) - 5;
        if (W.Id(n) % 2 == 0) n += 20; else n -= W.Id(20);
        n = n * 3 + W.Id(21) - 0;
        n = n * 3 + W.Id(22) - 1;
        n = n * 3 + W.Id(23) - 2;
        if (W.Id(n) % 2 == 0) n += 24; else n -= W.Id(24);
        n = n * 3 + W.Id(25) - 4;
        n = n * 3 + W.Id(26) - 5;
        n = n * 3 + W.Id(27) - 6;
        if (W.Id(n) % 2 == 0) n += 28; else n -= W.Id(28);
        n = n * 3 + W.Id(29) - 1;
        n = n * 3 + W.Id(30) - 2;
        n = n * 3 + W.Id(31) - 3;
        if (W.Id(n) % 2 == 0) n += 32; else n -= W.Id(32);
        n = n * 3 + W.Id(33) - 5;
        n = n * 3 + W.Id(34) - 6;
        n = n * 3 + W.Id(35) - 0;
        if (W.Id(n) % 2 == 0) n += 36; else n -= W.Id(36);
        n = n * 3 + W.Id(37) - 2;
        n = n * 3 + W.Id(38) - 3;
        n = n * 3 + W.Id(39) - 4;
        if (W.Id(n) % 2 == 0) n += 40; else n -= W.Id(40);
        n = n * 3 + W.Id(41) - 6;
        n = n * 3 + W.Id(42) - 0;
        n = n * 3 + W.Id(43) - 1;
        if (W.Id(n) % 2 == 0) n += 44; else n -= W.Id(44);
        n = n * 3 + W.Id(45) - 3;
        n = n * 3 + W.Id(46) - 4;
        n = n * 3 + W.Id(47) - 5;
        if (W.Id(n) % 2 == 0) n += 48; else n -= W.Id(48);
        n = n * 3 + W.Id(49) - 0;
        n = n * 3 + W.Id(50) - 1;
        n = n * 3 + W.Id(51) - 2;
        if (W.Id(n) % 2 == 0) n += 52; else n -= W.Id(52);
        n = n * 3 + W.Id(53) - 4;
        n = n * 3 + W.Id(54) - 5;
        n = n * 3 + W.Id(55) - 6;
        if (W.Id(n) % 2 == 0) n += 56; else n -= W.Id(56);
        n = n * 3 + W.Id(57) - 1;
        n = n * 3 + W.Id(58) - 2;
        n = n * 3 + W.Id(59) - 3;
        if (W.Id(n) % 2 == 0) n += 60; else n -= W.Id(60);
        n = n * 3 + W.Id(61) - 5;
        n = n * 3 + W.Id(62) - 6;
        n = n * 3 + W.Id(63) - 0;
        if (W.Id(n) % 2 == 0) n += 64; else n -= W.Id(64);
        n = n * 3 + W.Id(65) - 2;
        n = n * 3 + W.Id(66) - 3;
        n = n * 3 + W.Id(67) - 4;
        if (W.Id(n) % 2 == 0) n += 68; else n -= W.Id(68);
        n = n * 3 + W.Id(69) - 6;
        n = n * 3 + W.Id(70) - 0;
        n = n * 3 + W.Id(71) - 1;
        if (W.Id(n) % 2 == 0) n += 72; else n -= W.Id(72);
        n = n * 3 + W.Id(73) - 3;
        n = n * 3 + W.Id(74) - 4;
        n = n * 3 + W.Id(75) - 5;
        if (W.Id(n) % 2 == 0) n += 76; else n -= W.Id(76);
        n = n * 3 + W.Id(77) - 0;
        n = n * 3 + W.Id(78) - 1;
        n = n * 3 + W.Id(79) - 2;
        if (W.Id(n) % 2 == 0) n += 80; else n -= W.Id(80);
        n = n * 3 + W.Id(81) - 4;
        n = n * 3 + W.Id(82) - 5;
        n = n * 3 + W.Id(83) - 6;
        if (W.Id(n) % 2 == 0) n += 84; else n -= W.Id(84);
        n = n * 3 + W.Id(85) - 1;
        n = n * 3 + W.Id(86) - 2;
        n = n * 3 + W.Id(87) - 3;
        if (W.Id(n) % 2 == 0) n += 88; else n -= W.Id(88);
        n = n * 3 + W.Id(89) - 5;
        n = n * 3 + W.Id(90) - 6;
        n = n * 3 + W.Id(91) - 0;
        if (W.Id(n) % 2 == 0) n += 92; else n -= W.Id(92);
        n = n * 3 + W.Id(93) - 2;
        n = n * 3 + W.Id(94) - 3;
        n = n * 3 + W.Id(95) - 4;
        if (W.Id(n) % 2 == 0) n += 96; else n -= W.Id(96);
        n = n * 3 + W.Id(97) - 6;
        n = n * 3 + W.Id(98) - 0;
        n = n * 3 + W.Id(99) - 1;
        if (W.Id(n) % 2 == 0) n += 100; else n -= W.Id(100);
        n = n * 3 + W.Id(101) - 3;
        n = n * 3 + W.Id(102) - 4;
        n = n * 3 + W.Id(103) - 5;
        if (W.Id(n) % 2 == 0) n += 104; else n -= W.Id(104);
        n = n * 3 + W.Id(105) - 0;
        n = n * 3 + W.Id(106) - 1;
        n = n * 3 + W.Id(107) - 2;
        if (W.Id(n) % 2 == 0) n += 108; else n -= W.Id(108);
        n = n * 3 + W.Id(109) - 4;
        n = n * 3 + W.Id(110) - 5;
        n = n * 3 + W.Id(111) - 6;
        if (W.Id(n) % 2 == 0) n += 112; else n -= W.Id(112);
        n = n * 3 + W.Id(113) - 1;
        n = n * 3 + W.Id(114) - 2;
        n = n * 3 + W.Id(115) - 3;
        if (W.Id(n) % 2 == 0) n += 116; else n -= W.Id(116);
        n = n * 3 + W.Id(117) - 5;
        n = n * 3 + W.Id(118) - 6;
        n = n * 3 + W.Id(119) - 0;
        if (W.Id(n) % 2 == 0) n += 120; else n -= W.Id(120);
        n = n * 3 + W.Id(121) - 2;
        n = n * 3 + W.Id(122) - 3;
        n = n * 3 + W.Id(123) - 4;
        if (W.Id(n) % 2 == 0) n += 124; else n -= W.Id(124);
        n = n * 3 + W.Id(125) - 6;
        n = n * 3 + W.Id(126) - 0;
        n = n * 3 + W.Id(127) - 1;
        if (W.Id(n) % 2 == 0) n += 128; else n -= W.Id(128);
        n = n * 3 + W.Id(129) - 3;
        n = n * 3 + W.Id(130) - 4;
        n = n * 3 + W.Id(131) - 5;
        if (W.Id(n) % 2 == 0) n += 132; else n -= W.Id(132);
        n = n * 3 + W.Id(133) - 0;
        n = n * 3 + W.Id(134) - 1;
        n = n * 3 + W.Id(135) - 2;
        if (W.Id(n) % 2 == 0) n += 136; else n -= W.Id(136);
        n = n * 3 + W.Id(137) - 4;
        n = n * 3 + W.Id(138) - 5;
        n = n * 3 + W.Id(139) - 6;
        if (W.Id(n) % 2 == 0) n += 140; else n -= W.Id(140);
        n = n * 3 + W.Id(141) - 1;
        n = n * 3 + W.Id(142) - 2;
        n = n * 3 + W.Id(143) - 3;
        if (W.Id(n) % 2 == 0) n += 144; else n -= W.Id(144);
        n = n * 3 + W.Id(145) - 5;
        n = n * 3 + W.Id(146) - 6;
        n = n * 3 + W.Id(147) - 0;
        if (W.Id(n) % 2 == 0) n += 148; else n -= W.Id(148);
        n = n * 3 + W.Id(149) - 2;
        n = n * 3 + W.Id(150) - 3;
        n = n * 3 + W.Id(151) - 4;
        if (W.Id(n) % 2 == 0) n += 152; else n -= W.Id(152);
        n = n * 3 + W.Id(153) - 6;
        n = n * 3 + W.Id(154) - 0;
        n = n * 3 + W.Id(155) - 1;
        if (W.Id(n) % 2 == 0) n += 156; else n -= W.Id(156);
        n = n * 3 + W.Id(157) - 3;
        n = n * 3 + W.Id(158) - 4;
        n = n * 3 + W.Id(159) - 5;
        if (W.Id(n) % 2 == 0) n += 160; else n -= W.Id(160);
        n = n * 3 + W.Id(161) - 0;
        n = n * 3 + W.Id(162) - 1;
        n = n * 3 + W.Id(163) - 2;
        if (W.Id(n) % 2 == 0) n += 164; else n -= W.Id(164);
        n = n * 3 + W.Id(165) - 4;
        n = n * 3 + W.Id(166) - 5;
        n = n * 3 + W.Id(167) - 6;
        if (W.Id(n) % 2 == 0) n += 168; else n -= W.Id(168);
        n = n * 3 + W.Id(169) - 1;
        n = n * 3 + W.Id(170) - 2;
        n = n * 3 + W.Id(171) - 3;
        if (W.Id(n) % 2 == 0) n += 172; else n -= W.Id(172);
        n = n * 3 + W.Id(173) - 5;
        n = n * 3 + W.Id(174) - 6;
        n = n * 3 + W.Id(175) - 0;
        if (W.Id(n) % 2 == 0) n += 176; else n -= W.Id(176);
        n = n * 3 + W.Id(177) - 2;
        n = n * 3 + W.Id(178) - 3;
        n = n * 3 + W.Id(179) - 4;
        if (W.Id(n) % 2 == 0) n += 180; else n -= W.Id(180);
        n = n * 3 + W.Id(181) - 6;
        n = n * 3 + W.Id(182) - 0;
        n = n * 3 + W.Id(183) - 1;
        if (W.Id(n) % 2 == 0) n += 184; else n -= W.Id(184);
        n = n * 3 + W.Id(185) - 3;
        n = n * 3 + W.Id(186) - 4;
        n = n * 3 + W.Id(187) - 5;
        if (W.Id(n) % 2 == 0) n += 188; else n -= W.Id(188);
        n = n * 3 + W.Id(189) - 0;
        n = n * 3 + W.Id(190) - 1;
        n = n * 3 + W.Id(191) - 2;
        if (W.Id(n) % 2 == 0) n += 192; else n -= W.Id(192);
        n = n * 3 + W.Id(193) - 4;
        n = n * 3 + W.Id(194) - 5;
        n = n * 3 + W.Id(195) - 6;
        if (W.Id(n) % 2 == 0) n += 196; else n -= W.Id(196);
        n = n * 3 + W.Id(197) - 1;
        n = n * 3 + W.Id(198) - 2;
        n = n * 3 + W.Id(199) - 3;
        if (W.Id(n) % 2 == 0) n += 200; else n -= W.Id(200);
        n = n * 3 + W.Id(201) - 5;
        n = n * 3 + W.Id(202) - 6;
        n = n * 3 + W.Id(203) - 0;
        if (W.Id(n) % 2 == 0) n += 204; else n -= W.Id(204);
        n = n * 3 + W.Id(205) - 2;
        n = n * 3 + W.Id(206) - 3;
        n = n * 3 + W.Id(207) - 4;
        if (W.Id(n) % 2 == 0) n += 208; else n -= W.Id(208);
        n = n * 3 + W.Id(209) - 6;
        n = n * 3 + W.Id(210) - 0;
        n = n * 3 + W.Id(211) - 1;
        if (W.Id(n) % 2 == 0) n += 212; else n -= W.Id(212);
        n = n * 3 + W.Id(213) - 3;
        n = n * 3 + W.Id(214) - 4;
        n = n * 3 + W.Id(215) - 5;
        if (W.Id(n) % 2 == 0) n += 216; else n -= W.Id(216);
        n = n * 3 + W.Id(217) - 0;
        n = n * 3 + W.Id(218) - 1;
        n = n * 3 + W.Id(219) - 2;
        if (W.Id(n) % 2 == 0) n += 220; else n -= W.Id(220);
        n = n * 3 + W.Id(221) - 4;
        n = n * 3 + W.Id(222) - 5;
        n = n * 3 + W.Id(223) - 6;
        if (W.Id(n) % 2 == 0) n += 224; else n -= W.Id(224);
        n = n * 3 + W.Id(225) - 1;
        n = n * 3 + W.Id(226) - 2;
        n = n * 3 + W.Id(227) - 3;
        if (W.Id(n) % 2 == 0) n += 228; else n -= W.Id(228);
        n = n * 3 + W.Id(229) - 5;
        n = n * 3 + W.Id(230) - 6;
        n = n * 3 + W.Id(231) - 0;
        if (W.Id(n) % 2 == 0) n += 232; else n -= W.Id(232);
        n = n * 3 + W.Id(233) - 2;
        n = n * 3 + W.Id(234) - 3;
        n = n * 3 + W.Id(235) - 4;
        if (W.Id(n) % 2 == 0) n += 236; else n -= W.Id(236);
        n = n * 3 + W.Id(237) - 6;
        n = n * 3 + W.Id(238) - 0;
        n = n * 3 + W.Id(239) - 1;
        if (W.Id(n) % 2 == 0) n += 240; else n -= W.Id(240);
        n = n * 3 + W.Id(241) - 3;
        n = n * 3 + W.Id(242) - 4;
        n = n * 3 + W.Id(243) - 5;
        if (W.Id(n) % 2 == 0) n += 244; else n -= W.Id(244);
        n = n * 3 + W.Id(245) - 0;
        n = n * 3 + W.Id(246) - 1;
        n = n * 3 + W.Id(247) - 2;
        if (W.Id(n) % 2 == 0) n += 248; else n -= W.Id(248);
        n = n * 3 + W.Id(249) - 4;
        n = n * 3 + W.Id(250) - 5;
        n = n * 3 + W.Id(251) - 6;
        if (W.Id(n) % 2 == 0) n += 252; else n -= W.Id(252);
        n = n * 3 + W.Id(253) - 1;
        n = n * 3 + W.Id(254) - 2;
        n = n * 3 + W.Id(255) - 3;
        if (W.Id(n) % 2 == 0) n += 256; else n -= W.Id(256);
        n = n * 3 + W.Id(257) - 5;
        n = n * 3 + W.Id(258) - 6;
        n = n * 3 + W.Id(259) - 0;
        if (W.Id(n) % 2 == 0) n += 260; else n -= W.Id(260);
        n = n * 3 + W.Id(261) - 2;
        n = n * 3 + W.Id(262) - 3;
        n = n * 3 + W.Id(263) - 4;
        if (W.Id(n) % 2 == 0) n += 264; else n -= W.Id(264);
        n = n * 3 + W.Id(265) - 6;
        n = n * 3 + W.Id(266) - 0;
        n = n * 3 + W.Id(267) - 1;
        if (W.Id(n) % 2 == 0) n += 268; else n -= W.Id(268);
        n = n * 3 + W.Id(269) - 3;
        n = n * 3 + W.Id(270) - 4;
        n = n * 3 + W.Id(271) - 5;
        if (W.Id(n) % 2 == 0) n += 272; else n -= W.Id(272);
        n = n * 3 + W.Id(273) - 0;
        n = n * 3 + W.Id(274) - 1;
        n = n * 3 + W.Id(275) - 2;
        if (W.Id(n) % 2 == 0) n += 276; else n -= W.Id(276);
        n = n * 3 + W.Id(277) - 4;
        n = n * 3 + W.Id(278) - 5;
        n = n * 3 + W.Id(279) - 6;
        if (W.Id(n) % 2 == 0) n += 280; else n -= W.Id(280);
        n = n * 3 + W.Id(281) - 1;
        n = n * 3 + W.Id(282) - 2;
        n = n * 3 + W.Id(283) - 3;
        if (W.Id(n) % 2 == 0) n += 284; else n -= W.Id(284);
        n = n * 3 + W.Id(285) - 5;
        n = n * 3 + W.Id(286) - 6;
        n = n * 3 + W.Id(287) - 0;
        if (W.Id(n) % 2 == 0) n += 288; else n -= W.Id(288);
        n = n * 3 + W.Id(289) - 2;
        n = n * 3 + W.Id(290) - 3;
        n = n * 3 + W.Id(291) - 4;
        if (W.Id(n) % 2 == 0) n += 292; else n -= W.Id(292);
        n = n * 3 + W.Id(293) - 6;
        n = n * 3 + W.Id(294) - 0;
        n = n * 3 + W.Id(295) - 1;
        if (W.Id(n) % 2 == 0) n += 296; else n -= W.Id(296);
        n = n * 3 + W.Id(297) - 3;
        n = n * 3 + W.Id(298) - 4;
        n = n * 3 + W.Id(299) - 5;
        t.Add(n);
    }

    public static void ManyTryBlocks(Trace t)
    {
        int n = 0;
        try
        {
            n += W.Id(0);
            if (n % 3 == 0) W.Fail("b0");
        }
        catch (CorpusException)
        {
            n += 1;
        }
        finally
        {
            n ^= 0;
        }
        try
        {
            n += W.Id(1);
            if (n % 3 == 0) W.Fail("b1");
        }
        catch (CorpusException)
        {
            n += 2;
        }
        finally
        {
            n ^= 1;
        }
        try
        {
            n += W.Id(2);
            if (n % 3 == 0) W.Fail("b2");
        }
        catch (CorpusException)
        {
            n += 3;
        }
        finally
        {
            n ^= 2;
        }
        try
        {
            n += W.Id(3);
            if (n % 3 == 0) W.Fail("b3");
        }
        catch (CorpusException)
        {
            n += 4;
        }
        finally
        {
            n ^= 3;
        }
        try
        {
            n += W.Id(4);
            if (n % 3 == 0) W.Fail("b4");
        }
        catch (CorpusException)
        {
            n += 5;
        }
        finally
        {
            n ^= 4;
        }
        try
        {
            n += W.Id(5);
            if (n % 3 == 0) W.Fail("b5");
        }
        catch (CorpusException)
        {
            n += 6;
        }
        finally
        {
            n ^= 5;
        }
        try
        {
            n += W.Id(6);
            if (n % 3 == 0) W.Fail("b6");
        }
        catch (CorpusException)
        {
            n += 7;
        }
        finally
        {
            n ^= 6;
        }
        try
        {
            n += W.Id(7);
            if (n % 3 == 0) W.Fail("b7");
        }
        catch (CorpusException)
        {
            n += 8;
        }
        finally
        {
            n ^= 7;
        }
        try
        {
            n += W.Id(8);
            if (n % 3 == 0) W.Fail("b8");
        }
        catch (CorpusException)
        {
            n += 9;
        }
        finally
        {
            n ^= 8;
        }
        try
        {
            n += W.Id(9);
            if (n % 3 == 0) W.Fail("b9");
        }
        catch (CorpusException)
        {
            n += 10;
        }
        finally
        {
            n ^= 9;
        }
        try
        {
            n += W.Id(10);
            if (n % 3 == 0) W.Fail("b10");
        }
        catch (CorpusException)
        {
            n += 11;
        }
        finally
        {
            n ^= 10;
        }
        try
        {
            n += W.Id(11);
            if (n % 3 == 0) W.Fail("b11");
        }
        catch (CorpusException)
        {
            n += 12;
        }
        finally
        {
            n ^= 11;
        }
        try
        {
            n += W.Id(12);
            if (n % 3 == 0) W.Fail("b12");
        }
        catch (CorpusException)
        {
            n += 13;
        }
        finally
        {
            n ^= 12;
        }
        try
        {
            n += W.Id(13);
            if (n % 3 == 0) W.Fail("b13");
        }
        catch (CorpusException)
        {
            n += 14;
        }
        finally
        {
            n ^= 13;
        }
        try
        {
            n += W.Id(14);
            if (n % 3 == 0) W.Fail("b14");
        }
        catch (CorpusException)
        {
            n += 15;
        }
        finally
        {
            n ^= 14;
        }
        try
        {
            n += W.Id(15);
            if (n % 3 == 0) W.Fail("b15");
        }
        catch (CorpusException)
        {
            n += 16;
        }
        finally
        {
            n ^= 15;
        }
        try
        {
            n += W.Id(16);
            if (n % 3 == 0) W.Fail("b16");
        }
        catch (CorpusException)
        {
            n += 17;
        }
        finally
        {
            n ^= 16;
        }
        try
        {
            n += W.Id(17);
            if (n % 3 == 0) W.Fail("b17");
        }
        catch (CorpusException)
        {
            n += 18;
        }
        finally
        {
            n ^= 17;
        }
        try
        {
            n += W.Id(18);
            if (n % 3 == 0) W.Fail("b18");
        }
        catch (CorpusException)
        {
            n += 19;
        }
        finally
        {
            n ^= 18;
        }
        try
        {
            n += W.Id(19);
            if (n % 3 == 0) W.Fail("b19");
        }
        catch (CorpusException)
        {
            n += 20;
        }
        finally
        {
            n ^= 19;
        }
        try
        {
            n += W.Id(20);
            if (n % 3 == 0) W.Fail("b20");
        }
        catch (CorpusException)
        {
            n += 21;
        }
        finally
        {
            n ^= 20;
        }
        try
        {
            n += W.Id(21);
            if (n % 3 == 0) W.Fail("b21");
        }
        catch (CorpusException)
        {
            n += 22;
        }
        finally
        {
            n ^= 21;
        }
        try
        {
            n += W.Id(22);
            if (n % 3 == 0) W.Fail("b22");
        }
        catch (CorpusException)
        {
            n += 23;
        }
        finally
        {
            n ^= 22;
        }
        try
        {
            n += W.Id(23);
            if (n % 3 == 0) W.Fail("b23");
        }
        catch (CorpusException)
        {
            n += 24;
        }
        finally
        {
            n ^= 23;
        }
        try
        {
            n += W.Id(24);
            if (n % 3 == 0) W.Fail("b24");
        }
        catch (CorpusException)
        {
            n += 25;
        }
        finally
        {
            n ^= 24;
        }
        try
        {
            n += W.Id(25);
            if (n % 3 == 0) W.Fail("b25");
        }
        catch (CorpusException)
        {
            n += 26;
        }
        finally
        {
            n ^= 25;
        }
        try
        {
            n += W.Id(26);
            if (n % 3 == 0) W.Fail("b26");
        }
        catch (CorpusException)
        {
            n += 27;
        }
        finally
        {
            n ^= 26;
        }
        try
        {
            n += W.Id(27);
            if (n % 3 == 0) W.Fail("b27");
        }
        catch (CorpusException)
        {
            n += 28;
        }
        finally
        {
            n ^= 27;
        }
        try
        {
            n += W.Id(28);
            if (n % 3 == 0) W.Fail("b28");
        }
        catch (CorpusException)
        {
            n += 29;
        }
        finally
        {
            n ^= 28;
        }
        try
        {
            n += W.Id(29);
            if (n % 3 == 0) W.Fail("b29");
        }
        catch (CorpusException)
        {
            n += 30;
        }
        finally
        {
            n ^= 29;
        }
        try
        {
            n += W.Id(30);
            if (n % 3 == 0) W.Fail("b30");
        }
        catch (CorpusException)
        {
            n += 31;
        }
        finally
        {
            n ^= 30;
        }
        try
        {
            n += W.Id(31);
            if (n % 3 == 0) W.Fail("b31");
        }
        catch (CorpusException)
        {
            n += 32;
        }
        finally
        {
            n ^= 31;
        }
        try
        {
            n += W.Id(32);
            if (n % 3 == 0) W.Fail("b32");
        }
        catch (CorpusException)
        {
            n += 33;
        }
        finally
        {
            n ^= 32;
        }
        try
        {
            n += W.Id(33);
            if (n % 3 == 0) W.Fail("b33");
        }
        catch (CorpusException)
        {
            n += 34;
        }
        finally
        {
            n ^= 33;
        }
        try
        {
            n += W.Id(34);
            if (n % 3 == 0) W.Fail("b34");
        }
        catch (CorpusException)
        {
            n += 35;
        }
        finally
        {
            n ^= 34;
        }
        try
        {
            n += W.Id(35);
            if (n % 3 == 0) W.Fail("b35");
        }
        catch (CorpusException)
        {
            n += 36;
        }
        finally
        {
            n ^= 35;
        }
        try
        {
            n += W.Id(36);
            if (n % 3 == 0) W.Fail("b36");
        }
        catch (CorpusException)
        {
            n += 37;
        }
        finally
        {
            n ^= 36;
        }
        try
        {
            n += W.Id(37);
            if (n % 3 == 0) W.Fail("b37");
        }
        catch (CorpusException)
        {
            n += 38;
        }
        finally
        {
            n ^= 37;
        }
        try
        {
            n += W.Id(38);
            if (n % 3 == 0) W.Fail("b38");
        }
        catch (CorpusException)
        {
            n += 39;
        }
        finally
        {
            n ^= 38;
        }
        try
        {
            n += W.Id(39);
            if (n % 3 == 0) W.Fail("b39");
        }
        catch (CorpusException)
        {
            n += 40;
        }
        finally
        {
            n ^= 39;
        }
        t.Add(n);
    }

    public static void DeeplyNested(Trace t)
    {
        int n = 0;
        for (int i0 = 0; i0 < 2; i0++)
        {
            try
            {
                if (W.Id(n) >= 0)
                {
                    switch (W.Id(3))
                    {
                        case 3:
                            for (int i4 = 0; i4 < 2; i4++)
                            {
                                try
                                {
                                    if (W.Id(n) >= 0)
                                    {
                                        switch (W.Id(7))
                                        {
                                            case 7:
                                                for (int i8 = 0; i8 < 2; i8++)
                                                {
                                                    try
                                                    {
                                                        if (W.Id(n) >= 0)
                                                        {
                                                            switch (W.Id(11))
                                                            {
                                                                case 11:
                                                                    for (int i12 = 0; i12 < 2; i12++)
                                                                    {
                                                                        try
                                                                        {
                                                                            n += W.Id(1);
                                                                        }
                                                                        finally
                                                                        {
                                                                            n += 13;
                                                                        }
                                                                    }
                                                                    break;
                                                            }
                                                        }
                                                    }
                                                    finally
                                                    {
                                                        n += 9;
                                                    }
                                                }
                                                break;
                                        }
                                    }
                                }
                                finally
                                {
                                    n += 5;
                                }
                            }
                            break;
                    }
                }
            }
            finally
            {
                n += 1;
            }
        }
        t.Add(n);
    }

    public static void FortyParameters(Trace t) =>
        t.Add(Forty(0, W.Id("1"), W.Id(2L), W.Id(3.5), W.Id(4), W.Id("5"), W.Id(6L), W.Id(7.5), W.Id(8), W.Id("9"), W.Id(10L), W.Id(11.5), 12, W.Id("13"), W.Id(14L), W.Id(15.5), W.Id(16), W.Id("17"), W.Id(18L), W.Id(19.5), W.Id(20), W.Id("21"), W.Id(22L), W.Id(23.5), 24, W.Id("25"), W.Id(26L), W.Id(27.5), W.Id(28), W.Id("29"), W.Id(30L), W.Id(31.5), W.Id(32), W.Id("33"), W.Id(34L), W.Id(35.5), 36, W.Id("37"), W.Id(38L), W.Id(39.5)));

    private static string Forty(int a0, string a1, long a2, double a3, int a4, string a5, long a6, double a7, int a8, string a9, long a10, double a11, int a12, string a13, long a14, double a15, int a16, string a17, long a18, double a19, int a20, string a21, long a22, double a23, int a24, string a25, long a26, double a27, int a28, string a29, long a30, double a31, int a32, string a33, long a34, double a35, int a36, string a37, long a38, double a39)
    {
        W.Wait();
        return string.Concat("" + a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11 + a12 + a13 + a14 + a15 + a16 + a17 + a18 + a19 + a20 + a21 + a22 + a23 + a24 + a25 + a26 + a27 + a28 + a29 + a30 + a31 + a32 + a33 + a34 + a35 + a36 + a37 + a38 + a39);
    }
}

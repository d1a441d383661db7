/* The stack of started threads: an owner at the top, thieves at the bottom.
 *
 * Models StartStack.cs: TryPush, PopNewest, PopOldest, TryTakeHalf by the owner, Steal by the owners of other stacks (which
 * take what they stole themselves). The three ends are in one word: a compare-exchange of it is an atomic block, and so is the
 * addition of TryPush. Indexes wrap around (modulo WRAP, as 16 bits do in C#). Each copy of a slot is a step of its own.
 *
 * Checked: each of the numbers that were pushed is taken exactly once, and no slot is written before it has been copied.
 *
 *   BUG_COPY_FIRST       a thief copies first and claims then: the owner may have popped and pushed others meanwhile
 *   BUG_FREE_AT_ONCE     a thief gives the slots free as it claims them
 *   BUG_TWO_THIEVES      (THIEVES) a thief does not look whether another one still copies
 *   BUG_TOP_FIRST        the owner publishes the top before it has written the slot
 *   BUG_POP_PLAIN        the owner takes the newest without an exchange
 */

#define CAPACITY  4
#define MASK      3
#define WRAP      8
#ifndef ITEMS
#define ITEMS     5
#endif
#ifdef THIEVES
#define COUNT     2
#else
#define COUNT     1
#endif
#define THEFTS    2

byte slots[CAPACITY];
/* the word */
byte top = 6;    /* near the wrap-around */
byte first = 6;
byte bottom = 6;

byte taken[ITEMS + 1];
byte finished;

#define LENGTH(t, f)   ((t - f + WRAP) % WRAP)
#define NEXT(i, n)     ((i + n) % WRAP)
#define SAME           (top == t && first == f && bottom == b)

inline read() { d_step { t = top; f = first; b = bottom } }

/* Copies a slot and clears it; what was there is taken. */
inline takeSlot(index) {
    x = slots[(index) & MASK];
    d_step { slots[(index) & MASK] = 0; assert(x != 0); taken[x]++; assert(taken[x] == 1); x = 0 }
}

/* Take half, by a thief or the owner. */
inline takeHalf() {
    read();
    n = LENGTH(t, f);
    n = n - n / 2;
    if
#ifdef BUG_TWO_THIEVES
    :: n == 0 -> skip
#else
    :: n == 0 || f != b -> skip
#endif
    :: else ->
#ifdef BUG_COPY_FIRST
        i = 0;
        do
        :: i < n -> copies[i & MASK] = slots[NEXT(f, i) & MASK]; i++
        :: else -> break
        od;
#endif
        if
        :: atomic { SAME -> first = NEXT(f, n);
#ifdef BUG_FREE_AT_ONCE
            bottom = NEXT(b, n)
#endif
            };
            i = 0;
            do
#ifdef BUG_COPY_FIRST
            :: i < n ->
                d_step { x = copies[i & MASK]; assert(x != 0); taken[x]++; assert(taken[x] == 1); x = 0 };
                i++
#else
            :: i < n -> takeSlot(NEXT(f, i)); i++
#endif
            :: else -> break
            od;
#ifndef BUG_FREE_AT_ONCE
            atomic { bottom = NEXT(bottom, n) }
#endif
        :: atomic { !SAME -> skip }
        fi
    fi;
    skip;
    d_step { i = 0; n = 0; t = 0; f = 0; b = 0 }
}

active proctype Owner() {
    byte item = 1;
    byte t; byte f; byte b; byte n; byte i; byte x;
    byte copies[CAPACITY];
    do
    :: item <= ITEMS ->
        read();
        if
        :: LENGTH(t, b) < CAPACITY ->
#ifdef BUG_TOP_FIRST
            atomic { top = NEXT(top, 1) };
            slots[t & MASK] = item;
#else
            slots[t & MASK] = item;
            atomic { top = NEXT(top, 1) };
#endif
            item++
        :: else -> takeHalf()
        fi
    :: true ->
        /* PopNewest */
        read();
        if
        :: t == f ->
            if
            :: item > ITEMS -> break
            :: else
            fi
        :: else ->
            if
#ifdef BUG_POP_PLAIN
            :: true -> atomic { top = NEXT(top, WRAP - 1) }; takeSlot(NEXT(t, WRAP - 1))
#else
            :: atomic { SAME -> top = NEXT(t, WRAP - 1) }; takeSlot(NEXT(t, WRAP - 1))
            :: atomic { !SAME -> skip }
#endif
            fi
        fi
    :: true ->
        /* PopOldest; while somebody steals it is PopNewest */
        read();
        if
        :: t == f || f != b -> skip
        :: else ->
            if
            :: atomic { SAME -> first = NEXT(f, 1); bottom = NEXT(b, 1) }; takeSlot(f)
            :: atomic { !SAME -> skip }
            fi
        fi
    od;
    finished++
}

active [COUNT] proctype Thief() {
    byte t; byte f; byte b; byte n; byte i; byte x;
    byte copies[CAPACITY];
    byte rounds;
    do
    :: rounds < THEFTS -> rounds++; takeHalf()
    :: else -> break
    od;
    finished++
}

active proctype End() {
    byte i;
    finished == COUNT + 1;
    for (i : 1 .. ITEMS) { assert(taken[i] == 1) }
}

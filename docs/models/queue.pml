/* The run queue: a ring with one owner and two thieves.
 *
 * Models RunQueue.cs: TryPush, Pop, TryTakeHalf by the owner, Steal by the owners of other rings (which pop what they
 * stole). Indexes wrap around (modulo WRAP, as uint does in C#). Each access to the indexes and each copy of a slot is a
 * step of its own; a compare-exchange is an atomic block.
 *
 * Checked: each of the numbers that were pushed is taken exactly once, by one of the three, or found in the overflow.
 *
 *   BUG_POP_PLAIN        the owner advances the head without an exchange
 *   BUG_COPY_LATE        a thief advances the head first and copies the slots then
 *   BUG_TAIL_FIRST       the owner publishes the tail before it has written the slot
 */

#define CAPACITY  4
#define MASK      3
#define WRAP      16
#ifndef ITEMS
#define ITEMS     5
#endif
#ifndef THIEVES
#define THIEVES   1
#endif
#define THEFTS    2

byte slots[CAPACITY];
byte head = 14;  /* near the wrap-around */
byte tail = 14;
byte taken[ITEMS + 1];
byte finished;

#define LENGTH(t, h) ((t - h + WRAP) % WRAP)
#define NEXT(i, n)   ((i + n) % WRAP)

inline take(item) {
    d_step { assert(item != 0); taken[item]++; assert(taken[item] == 1) }
}

active proctype Owner() {
    byte item = 1;
    byte h;
    byte n;
    byte i;
    byte x;
    do
    :: item <= ITEMS ->
        /* TryPush */
        h = head;
        if
        :: LENGTH(tail, h) < CAPACITY ->
#ifdef BUG_TAIL_FIRST
            tail = NEXT(tail, 1);
            slots[(tail + WRAP - 1) & MASK] = item;
#else
            slots[tail & MASK] = item;
            tail = NEXT(tail, 1);
#endif
            item++
        :: else ->
            /* TryTakeHalf: what it takes goes to the global queue */
            h = head;
            n = LENGTH(tail, h) / 2;
            if
            :: n == 0
            :: else ->
                if
                :: atomic { head == h -> head = NEXT(h, n) };
                    i = 0;
                    do
                    :: i < n -> x = slots[NEXT(h, i) & MASK]; take(x); i++
                    :: else -> break
                    od
                :: atomic { head != h -> skip }
                fi
            fi
        fi
    :: true ->
        /* Pop */
        h = head;
        if
        :: h == tail ->
            if
            :: item > ITEMS -> break
            :: else
            fi
        :: else ->
            x = slots[h & MASK];
#ifdef BUG_POP_PLAIN
            head = NEXT(h, 1);
            take(x); slots[h & MASK] = 0
#else
            if
            :: atomic { head == h -> head = NEXT(h, 1) }; take(x); slots[h & MASK] = 0
            :: atomic { head != h -> skip }
            fi
#endif
        fi
    od;
    finished++
}

active [THIEVES] proctype Thief() {
    byte copies[CAPACITY];
    byte h;
    byte n;
    byte i;
    byte rounds;
    do
    :: rounds < THEFTS ->
        rounds++;
again:
        h = head;
        n = LENGTH(tail, h);
        n = n - n / 2;
        if
        :: n == 0 -> goto next
        :: else
        fi;
        if
        :: n > CAPACITY / 2 -> goto again /* head and tail were read at different times; the exchange would fail */
        :: else
        fi;
#ifdef BUG_COPY_LATE
        if
        :: atomic { head == h -> head = NEXT(h, n) }
        :: atomic { head != h -> goto again }
        fi;
#endif
        i = 0;
        do
        :: i < n -> copies[i & MASK] = slots[NEXT(h, i) & MASK]; i++
        :: else -> break
        od;
#ifndef BUG_COPY_LATE
        if
        :: atomic { head == h -> head = NEXT(h, n) }
        :: atomic { head != h -> goto again }
        fi;
#endif
        i = 0;
        do
        :: i < n -> take(copies[i & MASK]); i++
        :: else -> break
        od;
next:
        skip;
        d_step { i = 0; n = 0; h = 0; copies[0] = 0; copies[1] = 0; copies[2] = 0; copies[3] = 0 }
    :: else -> break
    od;
    finished++
}

active proctype End() {
    byte i;
    finished == THIEVES + 1;
    for (i : 1 .. ITEMS) { assert(taken[i] == 1) }
}

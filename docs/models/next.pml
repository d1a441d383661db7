/* The run-next slot: its owner uses plain reads and writes, thieves come to it only while the owner is stuck.
 *
 * Models Processor.cs (PutNext, TakeNext, ExchangeStuck, ComeBack, StealNext), Scheduler.Replace and the end of Carrier.Ready.
 * The owner's plain writes go through a store buffer, in order; a lock or a barrier empties it, also the one that the watchdog
 * or a thief makes in all threads of the process. What the others write is seen at once (they write under locks, or volatile
 * and before a barrier).
 *
 * Checked: each thread that is put into the slot is taken once, and the slot is empty in the end; while the owner is stuck in a
 * slice that does not end, what lies in the slot is taken by a thief.
 *
 *   BUG_NO_MARK          the owner does not say that it is at the slot
 *   BUG_LOOK_FIRST       it looks at IsStuck before it says so
 *   BUG_NO_BARRIER       the thief makes no barrier
 *   BUG_RESET_FREE       IsStuck is reset without the lock
 *   BUG_STEAL_FREE       the thief looks at IsStuck before it takes the lock only
 *   BUG_WATCHDOG_BLIND   (LASTING) the watchdog makes no barrier before it sends a carrier
 *   BUG_PUT_SILENT       (LASTING) an owner that is stuck puts a thread there and wakes nobody
 *
 * LASTING: the owner's last slice does not end.
 */

#define THREADS  3
#define DEPTH    4   /* of the store buffer */

/* memory */
byte next;           /* _next: the number of a thread, or 0 */
bool atNext;         /* _isAtNext */
bool stuck;          /* IsStuck */
bool locked;         /* _stuckGate */

/* the owner's store buffer: what (0 next, 1 atNext) and the value */
chan buffer = [DEPTH] of { byte, byte };

byte taken[THREADS + 1];
byte carriers;       /* sent, and not back: each looks once */
bool lasting;        /* the owner's last slice has begun */

inline drain() {
    do
    :: buffer ? what, value ->
        if
        :: what == 0 -> next = value
        :: else -> atNext = value
        fi
    :: empty(buffer) -> break
    od
}

/* The owner's own view of the slot: its youngest write, else memory. */
inline readNext(x) {
    d_step {
        x = next;
        i = 0;
        do
        :: i < len(buffer) ->
            buffer ? what, value; buffer ! what, value; /* turns the buffer round once */
            if
            :: what == 0 -> x = value
            :: else
            fi;
            i++
        :: else -> break
        od;
        what = 0; value = 0; i = 0
    }
}

inline take(x) { d_step { taken[x]++; assert(taken[x] == 1) } }

/* Slot := put, what was there into got: PutNext, TakeNext. */
inline access(put, got) {
#ifdef BUG_LOOK_FIRST
    s = stuck;
#endif
#ifndef BUG_NO_MARK
    buffer ! 1, true;
#endif
#ifndef BUG_LOOK_FIRST
    s = stuck;
#endif
    if
    :: s ->
        /* ExchangeStuck: the lock is a full fence */
#ifndef BUG_NO_MARK
        buffer ! 1, false;
#endif
        atomic { !locked -> locked = true; drain() };
        got = next;
        next = put;
        locked = false
    :: else ->
        readNext(got);
        buffer ! 0, put;
#ifndef BUG_NO_MARK
        buffer ! 1, false
#endif
    fi;
    s = false
}

/* The hardware: the oldest write reaches memory at any time. */
active proctype Buffer() {
    byte what; byte value;
end:
    do
    :: atomic { buffer ? what, value ->
        if
        :: what == 0 -> next = value
        :: else -> atNext = value
        fi; what = 0; value = 0 }
    od
}

active proctype Owner() {
    byte item = 1;
    byte x; byte i; byte what; byte value;
    bool s;
    do
    :: item <= THREADS ->
        /* in a slice: starts or wakes a thread. What it displaces goes to a queue, where it is taken for sure. */
        lasting = item == THREADS;
        access(item, x);
        if
        :: x != 0 ->
            take(x);
            x = 0;
            /* QueueDisplaced, Wake */
            if
            :: stuck -> atomic { drain(); carriers++ }
            :: else
            fi
        :: else ->
            /* Ready: alone in the slot it wakes nobody, unless IsStuck */
#ifndef BUG_PUT_SILENT
            if
            :: stuck -> atomic { drain(); carriers++ }
            :: else
            fi
#endif
        fi;
        item++
    :: item > 1 ->
        /* back from the slice: ComeBack, Take */
#ifdef LASTING
        if
        :: item > THREADS -> break
        :: else
        fi;
#endif
        if
        :: stuck ->
#ifdef BUG_RESET_FREE
            stuck = false
#else
            atomic { !locked -> locked = true; drain() };
            stuck = false;
            locked = false
#endif
        :: else
        fi;
        readNext(x);
        if
        :: x != 0 ->
            access(0, x);
            if
            :: x != 0 -> take(x); x = 0
            :: else
            fi
        :: else ->
            if
            :: item > THREADS -> break
            :: else
            fi
        fi
    od
}

/* Replace: twice, at any time; LASTING: the second time in the slice that does not end. */
active proctype Watchdog() {
    byte rounds; byte what; byte value;
    do
    :: rounds < 2 ->
#ifdef LASTING
        if
        :: rounds == 1 -> lasting
        :: else
        fi;
#endif
        stuck = true;
#ifndef BUG_WATCHDOG_BLIND
        atomic { drain() };
#endif
        carriers++;
        rounds++
    :: else -> break
    od
}

active [2] proctype Thief() {
    byte x; byte what; byte value;
end:
    do
    :: atomic { carriers > 0 -> carriers-- };
        if
        :: stuck && next != 0 ->
            atomic { !locked -> locked = true };
#ifndef BUG_STEAL_FREE
            if
            :: stuck ->
#endif
#ifndef BUG_NO_BARRIER
                atomic { drain() };
#endif
                if
                :: !atNext ->
                    x = next;
                    next = 0;
                    if
                    :: x != 0 -> take(x); x = 0
                    :: else
                    fi
                :: else
                fi;
#ifndef BUG_STEAL_FREE
            :: else
            fi;
#endif
            locked = false
        :: else
        fi
    od
}

active proctype End() {
    byte i;
    timeout;
    assert(next == 0 && empty(buffer));
    for (i : 1 .. THREADS) { assert(taken[i] == 1) }
}

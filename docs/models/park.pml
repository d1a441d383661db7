/* Park and unpark: one green thread, its state word, wakers, an interrupt, a deadline.
 *
 * Models ThreadStatus.cs (the word and its transitions), Parker.Park (test, park, test again), Carrier.AfterSuspension
 * (publish only after the frames are linked), GreenThread.ParkBlocking (the pinned wait). Each statement is one step;
 * what is an interlocked operation in C# is an atomic block here.
 *
 * The condition of waker i is written through a store buffer, as on x64: the write may be seen by others later than what
 * the waker does next, but not later than its next interlocked operation or fence.
 *
 * Checked: the thread ends (no lost wake-up: a lost one is an invalid end state), it is queued at most once, its frames
 * are linked whenever it is resumed, an interrupt ends one wait, a signal of a pinned wait is never left over.
 *
 *   BUG_PERMIT_SEEN      a waker that finds the permit of another does without the fence
 *   BUG_PUBLISH_EARLY    the thread is published as parked before its frames are linked
 *   BUG_NO_PERMIT        an unpark of a thread that is not parked yet leaves no permit
 *   BUG_CHECK_THEN_SET   TryPark tests the permit and then stores, instead of exchanging
 *   BUG_SIGNAL_LEFT      (PINNED) a deadline that loses against a waker does not wait for that waker's signal
 */

#define ACTIVE  0
#define PARKED  1
#define DONE    2
#define STATE   3
#define PERMIT  4
#define INTR    8

#ifndef WAKERS
#define WAKERS  2
#endif

byte word = ACTIVE;
bool condition[WAKERS];  /* as the memory shows it */
bool buffered[WAKERS];   /* written, still in the store buffer of its waker */
bool linked = true;      /* the frames of the thread */
byte queued = 0;         /* how often the thread is on a run queue */
bool resumed = false;
byte signals = 0;        /* of the pin event */
bool interrupted = false;

#define FLUSH(i) condition[i] = condition[i] || buffered[i]; buffered[i] = false

inline act(w) {
    /* Act: the duty of whoever won Parked -> Active */
#ifdef PINNED
    d_step { signals++; assert(signals == 1) }
#else
    d_step { queued++; assert(queued == 1) }
#endif
}

active proctype Thread() {
    byte w;
    byte i;
again:
    /* the own condition */
    if
    :: condition[0] && condition[WAKERS - 1] -> goto over
    :: else
    fi;
    /* AnnouncePark */
    if
    :: (word & INTR) -> atomic { word = word & ~INTR; interrupted = true }; goto again
    :: else
    fi;
    if
    :: (word & PERMIT) -> atomic { word = word & ~PERMIT }; goto again
    :: else
    fi;
#ifndef PINNED
    linked = false; /* unwinding */
#ifndef BUG_PUBLISH_EARLY
    linked = true;
#endif
#endif
    /* TryPark */
try:
    w = word;
    if
    :: (w & INTR) -> goto runnable
    :: else
    fi;
    if
    :: (w & PERMIT) -> atomic { word = word & ~PERMIT }; goto runnable
    :: else
    fi;
#ifdef BUG_CHECK_THEN_SET
    word = PARKED;
#else
    if
    :: atomic { word == w -> word = PARKED }
    :: atomic { word != w -> goto try }
    fi;
#endif
#ifdef PINNED
    /* blocked on the event, with a deadline */
    if
    :: atomic { signals > 0 -> signals-- }
    :: true -> /* the deadline has passed: TryUnparkSelf */
        if
        :: atomic { word == PARKED -> word = ACTIVE }
        :: atomic { word != PARKED ->
#ifndef BUG_SIGNAL_LEFT
            ;} atomic { signals > 0 -> signals--
#else
            skip
#endif
           }
        fi
    fi;
#else
#ifdef BUG_PUBLISH_EARLY
    linked = true;
#endif
    atomic { resumed -> resumed = false };
    goto taken;
runnable:
    assert(linked);
taken:
#endif
#ifdef PINNED
runnable:
#endif
    if
    :: (word & INTR) -> atomic { word = word & ~INTR; interrupted = true }
    :: else
    fi;
    goto again;
over:
    atomic { word = DONE };
    assert(queued == 0 && signals == 0)
}

#ifndef PINNED
/* Another carrier takes the thread from the queue. */
active proctype Carrier() {
end:
    do
    :: atomic { queued > 0 -> queued--; assert(linked); resumed = true }
    od
}
#endif

active [WAKERS] proctype Waker() {
    byte w;
    byte i;
    i = _pid % WAKERS;
    atomic { buffered[i] = true; run Buffer(i) };
again:
    w = word;
    if
    :: (w & STATE) == PARKED ->
        if
        :: atomic { word == w -> FLUSH(i); word = ACTIVE }; act(w)
        :: atomic { word != w -> goto again }
        fi
    :: (w & STATE) == DONE -> skip
    :: (w & STATE) == ACTIVE && (w & PERMIT) ->
#ifndef BUG_PERMIT_SEEN
        atomic { FLUSH(i) }; /* the fence */
        if
        :: word == w -> skip
        :: else -> goto again
        fi
#else
        skip
#endif
    :: (w & STATE) == ACTIVE && !(w & PERMIT) ->
#ifdef BUG_NO_PERMIT
        atomic { FLUSH(i) }
#else
        if
        :: atomic { word == w -> FLUSH(i); word = w | PERMIT }
        :: atomic { word != w -> goto again }
        fi
#endif
    fi
}

/* The store buffer drains some time. */
proctype Buffer(byte i) {
    atomic { FLUSH(i) }
}

active proctype Interrupter() {
    byte w;
again:
    w = word;
    if
    :: (w & STATE) == PARKED ->
        if
        :: atomic { word == w -> word = ACTIVE | INTR }; act(w)
        :: atomic { word != w -> goto again }
        fi
    :: (w & STATE) == DONE -> skip
    :: (w & STATE) == ACTIVE ->
        if
        :: atomic { word == w -> word = w | INTR }
        :: atomic { word != w -> goto again }
        fi
    fi
}

/* The wake-up protocol: who brings a carrier for work that is queued.
 *
 * Models Scheduler.Idle.cs and Scheduler.Grants.cs: carriers that search, spin, go idle, are registered and granted
 * processors; threads that come from outside (to the global queue) and from running threads (to the ring of their
 * processor: that stands for its ring, its stack and its joiners to be woken, which are looked at in the same places); a carrier that was replaced as stuck and leaves its threads to the global queue when it blocks. A lock
 * region (_gate) is an atomic block; everything else is read and written step by step.
 *
 * Checked: when nothing can move any more, every thread has run, all processors are idle and nobody counts as spinning. No
 * processor is given to two carriers. At most one carrier is woken for one that spins (no thundering herd).
 *
 *   BUG_NO_RECHECK       the queues are not looked at again after the search has ended
 *   BUG_RECHECK_RINGS    only the rings are looked at again, not the global queue
 *   BUG_RECHECK_EARLY    they are looked at again before the carrier stops counting as spinning
 *   BUG_RETIRE_SILENT    what a replaced carrier leaves to the global queue wakes nobody
 *   BUG_FOUND_SILENT     (LASTING) a spinning carrier that finds work wakes no other to go on looking
 *
 *   BUG_RECHECK_SPUN     (LASTING) only a carrier that was spinning looks at the queues again
 *   BUG_WAKE_LATE        (LASTING) a waker that finds no idle processor stops counting as spinning after it has left the lock
 *
 * WITHOUT_IDLE_LOOK: the global queue is not looked at under the lock when a processor becomes idle. A short cut only: since whoever
 * goes idle looks at the queues again, the model holds without it.
 *
 * LASTING: the first slice does not end before all queued threads have been taken by others; no queued thread may wait for
 * a slice that lasts while a processor is idle.
 */

#ifndef CARRIERS
#define CARRIERS    3   /* one more than processors: one of them comes back from a pinned wait */
#endif
#ifndef PROCESSORS
#define PROCESSORS  2
#endif
#define NONE        255
#define OUTSIDE     2   /* threads submitted by OS threads */
#define INSIDE      2   /* threads started by threads */
#define RETIRED     1   /* threads left by a replaced carrier */

byte global;                 /* length of the global queue */
byte ring[PROCESSORS];       /* lengths */
bool idle[PROCESSORS];
byte idleCount;
byte spinning;               /* _spinning */
bool registered[CARRIERS];   /* sleeping or polling */
byte granted[CARRIERS];      /* a processor, or NONE */
bool grantedSpinning[CARRIERS];
byte owner[PROCESSORS];      /* for the assertion only */
byte toStart = INSIDE;
byte ran;
bool lasting;                /* the slice that lasts has begun */

inline popIdle(p) {
    p = 0;
    do
    :: p < PROCESSORS && idle[p] -> idle[p] = false; idleCount--; break
    :: p < PROCESSORS && !idle[p] -> p++
    :: p == PROCESSORS -> p = NONE; break
    od
}

inline own(p, c) {
    assert(owner[p] == NONE);
    owner[p] = c
}

inline wake(p, c) {
    if
    :: idleCount == 0 -> skip
    :: else ->
        if
        :: spinning != 0 -> skip
        :: else ->
            if
            :: atomic { spinning == 0 -> spinning = 1 };
                atomic {
                    popIdle(p);
                    if
#ifdef BUG_WAKE_LATE
                    :: p == NONE -> skip
#else
                    :: p == NONE -> spinning-- /* still under the lock */
#endif
                    :: else ->
                        /* a registered carrier; there is one, since there are more carriers than processors in use */
                        c = 0;
                        do
                        :: c < CARRIERS && registered[c] -> break
                        :: c < CARRIERS && !registered[c] -> c++
                        :: c == CARRIERS -> assert(false)
                        od;
                        registered[c] = false;
                        granted[c] = p;
                        grantedSpinning[c] = true
                    fi;
#ifdef BUG_WAKE_LATE
                    skip
                };
                atomic {
                    if
                    :: p == NONE -> spinning--
                    :: else
                    fi;
#endif
                    p = NONE; c = 0
                }
            :: atomic { spinning != 0 -> skip }
            fi
        fi
    fi
}

proctype Carrier(byte me) {
    byte own_p = NONE;
    byte p = NONE;
    byte c;
    byte v;
    bool spins = false;
    bool spun = false;

    goto wait; /* registered, as after its first search */

search:
    /* Look: own ring, global queue, then others if it may spin */
    if
    :: atomic { ring[own_p] > 0 -> ring[own_p]--; goto found }
    :: ring[own_p] == 0
    fi;
    if
    :: atomic { global > 0 -> global--; goto found }
    :: global == 0
    fi;
    if
    :: spins
    :: !spins ->
        if
        :: 2 * spinning >= PROCESSORS - idleCount
        :: else -> atomic { spinning++; spins = true }
        fi
    fi;
    if
    :: spins ->
        v = 0;
        do
        :: v < PROCESSORS ->
            if
            :: atomic { v != own_p && ring[v] > 0 -> ring[v]--; v = 0; goto found }
            :: v == own_p || ring[v] == 0 -> v++
            fi
        :: v == PROCESSORS -> v = 0; break
        od;
        if
        :: atomic { global > 0 -> global--; goto found }
        :: global == 0
        fi
    :: !spins
    fi;

goIdle:
    atomic {
        if
        :: own_p == NONE && idleCount > 0 -> popIdle(own_p); own(own_p, me); goto search
#ifndef WITHOUT_IDLE_LOOK
        :: own_p != NONE && global > 0 -> global--; goto found
#endif
        :: else
        fi;
        if
        :: own_p != NONE -> owner[own_p] = NONE; idle[own_p] = true; idleCount++; own_p = NONE
        :: else
        fi;
        registered[me] = true;
        spun = spins
    };
    if
    :: spun ->
#ifdef BUG_RECHECK_EARLY
        if
        :: global > 0 || ring[0] > 0 || ring[PROCESSORS - 1] > 0 -> goto back
        :: else
        fi;
#endif
        atomic { spins = false; spinning-- }
    :: else
    fi;
#ifdef BUG_RECHECK_SPUN
    if
    :: !spun -> goto wait
    :: else
    fi;
#endif
#ifdef BUG_RECHECK_RINGS
    if
    :: ring[0] > 0 || ring[PROCESSORS - 1] > 0 -> goto back
    :: else
    fi;
#endif
#if !defined(BUG_NO_RECHECK) && !defined(BUG_RECHECK_RINGS) && !defined(BUG_RECHECK_EARLY)
    if
    :: global > 0 -> goto back
    :: else
    fi;
    if
    :: ring[0] > 0 || ring[PROCESSORS - 1] > 0 -> goto back
    :: else
    fi;
#endif
    goto wait;

back:
    /* TryTakeBack */
    atomic {
        if
        :: granted[me] != NONE -> skip
        :: granted[me] == NONE && idleCount > 0 ->
            popIdle(granted[me]);
            registered[me] = false;
            if
            :: spins
            :: else -> spinning++
            fi;
            grantedSpinning[me] = true
        :: else -> goto wait
        fi
    };

wait:
end_wait:
    atomic {
        granted[me] != NONE ->
        own_p = granted[me];
        own(own_p, me);
        spins = grantedSpinning[me];
        granted[me] = NONE;
        grantedSpinning[me] = false;
        goto search
    };

found:
    if
    :: spins ->
        atomic { spins = false; spinning-- };
#ifndef BUG_FOUND_SILENT
        wake(p, c)
#endif
    :: else
    fi;
    ran++;
    if
    :: atomic { toStart > 0 -> toStart--; ring[own_p]++ }; wake(p, c)
    :: true
    fi;
#ifdef LASTING
    if
    :: atomic { !lasting -> lasting = true }; global == 0 && ring[0] == 0 && ring[PROCESSORS - 1] == 0
    :: lasting
    fi;
#endif
    goto search
}

proctype Submitter() {
    byte p = NONE;
    byte c;
    atomic { global++ };
    wake(p, c)
}

/* A carrier that was replaced while it was stuck blocks now: its threads go to the global queue. */
proctype Replaced() {
    byte p = NONE;
    byte c;
    atomic { global++ };
#ifndef BUG_RETIRE_SILENT
    wake(p, c)
#endif
}

init {
    byte i;
    atomic {
        for (i : 0 .. CARRIERS - 1) { granted[i] = NONE; registered[i] = true }
        for (i : 0 .. PROCESSORS - 1) { owner[i] = NONE; idle[i] = true }
        idleCount = PROCESSORS;
        for (i : 0 .. CARRIERS - 1) { run Carrier(i) }
        for (i : 1 .. OUTSIDE) { run Submitter() }
        for (i : 1 .. RETIRED) { run Replaced() }
    };
    timeout;
    assert(global == 0 && ring[0] == 0 && ring[PROCESSORS - 1] == 0);
    assert(ran + toStart == OUTSIDE + INSIDE + RETIRED);
    assert(spinning == 0);
    assert(idleCount == PROCESSORS)
}

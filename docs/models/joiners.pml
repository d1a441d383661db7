/* Those that wait for the end of a thread.
 *
 * Models GreenThread.AddJoiner, FinishNew/Finish and WakeJoiners, JoinerList, LateJoiners and Carrier.WakeSome: the first joiner
 * stands alone in _joiners, further ones in nodes of CAPACITY places; the end exchanges _joiners for the mark of the end, then
 * every place of each node. Beyond a number of nodes the rest of the list is put into the field of a processor, from which its owner
 * and thieves take it by exchange; who has it wakes the joiners of a node and puts the rest into the field of its own processor,
 * if that is free. A thread that joins looks whether the other one is done before it parks (AnnounceJoin, MustWaitOn).
 *
 * Checked: each joiner is woken exactly once, none while the thread is not done; in the end nobody is left in the list or in a
 * field, and no node was lost.
 *
 *   BUG_PLAIN_ADD     a joiner writes into its place without looking what is there
 *   BUG_PLAIN_TAKE    the end reads a place and leaves no mark
 *   BUG_WAKE_FIRST    the joiners are woken before the thread says that it is done
 *   BUG_PLAIN_LATE    (LATE) who takes the list out of a field reads it and clears it in two steps
 *   BUG_OVERWRITE     (LATE) the rest of a list is put into the field without looking whether that is free
 *
 * LATE: every node beyond the first is woken through the field, which may hold the rest of another list.
 */

#ifdef LATE
#define JOINERS   4
#else
#define JOINERS   3
#endif
#ifdef LATE
#define CAPACITY  1
#else
#define CAPACITY  2
#endif
#define NODES     3
#define OTHER     (JOINERS + 1) /* LATE: the rest of the list of a thread that has ended before, perhaps */
#define NONE      0
#define MARK      255
#define PROCESSORS 2

/* _joiners: NONE, a joiner (1 .. JOINERS), a node (NODE(0) ..), or MARK */
#define NODE(n)   (100 + (n))
#define IS_NODE(x) ((x) >= 100 && (x) < 100 + NODES)
byte joiners = NONE;

byte claimed[NODES];
byte places[NODES * CAPACITY];
byte nextOf[NODES];
byte made;                    /* nodes in use; one that lost the exchange is given back, as garbage */

bool done;                    /* the state word says Done */
byte woken[OTHER + 1];
byte field[PROCESSORS];       /* Processor.Joiners: NONE, or a node, or a joiner that is the rest of a list */
byte finished;
bool held;                    /* the first processor's carrier does one thing at a time */
bool other;                   /* there is such a rest */

inline wakeJoiner(j) {
    atomic {
        assert(done || j == OTHER);
        woken[j]++;
        assert(woken[j] == 1)
    }
}

/* Wakes those in node n; rest := the next one. */
inline wakeNode(n, rest) {
    i = 0;
    do
    :: i < CAPACITY ->
#ifdef BUG_PLAIN_TAKE
        x = places[n * CAPACITY + i];
#else
        atomic { x = places[n * CAPACITY + i]; places[n * CAPACITY + i] = MARK };
#endif
        if
        :: x != NONE -> wakeJoiner(x)
        :: else
        fi;
        i++
    :: else -> break
    od;
    rest = nextOf[n];
    i = 0; x = 0
}

proctype Joiner(byte me) {
    byte seen; byte node; byte place;
again:
    seen = joiners;
    if
    :: seen == MARK -> wakeJoiner(me); goto end
    :: else
    fi;
    if
    :: IS_NODE(seen) && claimed[seen - 100] < CAPACITY ->
        atomic { place = claimed[seen - 100]; claimed[seen - 100]++ };
        if
        :: place < CAPACITY ->
            place = (seen - 100) * CAPACITY + place;
#ifdef BUG_PLAIN_ADD
            places[place] = me;
            goto end
#else
            if
            :: atomic { places[place] == NONE -> places[place] = me }; goto end
            :: atomic { places[place] == MARK -> skip }; wakeJoiner(me); goto end
            fi
#endif
        :: else
        fi
    :: else
    fi;
    if
    :: seen == NONE ->
        if
        :: atomic { joiners == NONE -> joiners = me }; goto end
        :: atomic { joiners != NONE -> skip }; goto again
        fi
    :: else ->
        atomic {
            if
            :: joiners == seen ->
                assert(made < NODES);
                node = made; made++;
                places[node * CAPACITY] = me;
                claimed[node] = 1;
                nextOf[node] = seen;
                joiners = NODE(node)
            :: else -> goto again
            fi
        }
    fi;
end:
    atomic { seen = 0; node = 0; place = 0; finished++ }
}

/* A processor: its owner looks at its own field and at those of others. */
proctype Processor(byte me) {
    byte list; byte rest; byte from; byte i; byte x;
end:
    do
    :: atomic { (field[0] != NONE || field[1] != NONE) && (me != 0 || !held) ->
        if
        :: me == 0 -> held = true
        :: else
        fi };
        if
        :: from = me
        :: field[me] == NONE -> from = 1 - me
        fi;
#ifdef BUG_PLAIN_LATE
        list = field[from];
        field[from] = NONE;
#else
        atomic { list = field[from]; field[from] = NONE };
#endif
        if
        :: IS_NODE(list) ->
            wakeNode((list - 100), rest);
            /* only the owner puts something there */
            field[me] = rest
        :: list != NONE && !IS_NODE(list) -> wakeJoiner(list)
        :: else
        fi;
        atomic {
            list = 0; rest = 0; from = 0;
            if
            :: me == 0 -> held = false
            :: else
            fi
        }
    od
}

/* The thread ends, on processor 0, whose field may still hold the rest of another list: then all are woken at once. */
proctype Ending() {
    byte list; byte rest; byte i; byte x; byte nodes;
    atomic { !held -> held = true };
#ifndef BUG_WAKE_FIRST
    done = true;
#endif
    atomic { list = joiners; joiners = MARK };
    do
    :: IS_NODE(list) ->
#ifdef LATE
        if
#ifdef BUG_OVERWRITE
        :: nodes == 1 -> field[0] = list; list = NONE; break
#else
        :: nodes == 1 && field[0] == NONE -> field[0] = list; list = NONE; break
#endif
        :: else
        fi;
#endif
        wakeNode((list - 100), rest);
        list = rest;
        nodes++
    :: else -> break
    od;
    if
    :: list != NONE -> wakeJoiner(list)
    :: else
    fi;
#ifdef BUG_WAKE_FIRST
    done = true;
#endif
    atomic { held = false; finished++ }
}

init {
    byte j;
    atomic {
        for (j : 1 .. JOINERS) { run Joiner(j) }
        run Ending();
#ifdef LATE
        if
        :: true -> field[0] = OTHER; other = true
        :: true
        fi;
        run Processor(0);
        run Processor(1)
#endif
    };
    timeout;
    assert(finished == JOINERS + 1);
    assert(joiners == MARK && field[0] == NONE && field[1] == NONE);
    for (j : 1 .. JOINERS) { assert(woken[j] == 1) }
    assert(woken[OTHER] == other)
}

------------------------------ MODULE AutoInit ------------------------------
(***************************************************************************)
(* How a fleet starts: the protocol of docs/protocol.md, as autoinit-core  *)
(* implements it. README.md beside this file says what is left out, which  *)
(* method each action stands for, and what each switch breaks.             *)
(*                                                                         *)
(* Time is a number of ticks that remain (of a lease, of what a leader may *)
(* believe) or that have passed (the age of a record). One tick moves all  *)
(* of them; no clock is ever compared with another.                        *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
  Nodes,          \* the members of the fleet
  NoNode,         \* nobody
  Steps,          \* how many infrastructure steps there are, done in their order
  Ttl,            \* how long the lock's store keeps a lease that nobody renews
  Takeover,       \* how old the record of a leader must be before another takes over
  Validity,       \* how long a leader believes in its lease after it sent its last proof
  Grace,          \* how long a step that was told to stop may take to do so
  Retry,          \* how old a failure must be before somebody tries again
  MaxToken,       \* bounds the state space: no more leases than these are given out
  Faults,         \* how many faults there may be in one behaviour
  Kinds,          \* which faults there may be
  Prompt,         \* whether members that can beat do so before the next tick
  Ledger,         \* whether the lock's store keeps the record too
  Fence,          \* what a publish is checked against: "lock", "record" or "nothing"
  Conditional,    \* whether a write under a lease names the record that it replaces
  WaitsOut,       \* whether a new leader waits until its predecessor's record is old
  Reads,          \* whether a new leader reads again under the lock
  EndsToo,        \* whether a failure that a waiter reads under the lock ends it too
  Beats,          \* whether a leader beats its record while it works
  HeedsSilence,   \* whether anybody takes over from a leader that fell silent
  Excludes,       \* whether a candidate needs the lock, or leads on its claim alone
  Stops,          \* whether a leader whose lease is lost stops its step
  Supervised,     \* whether a step ends with its lease when the process that runs it is stopped
  NodePhase,      \* whether the node phase is modelled; all members share one node
  AwaitsReady     \* whether the node phase waits for READY

FaultKinds ==
  {"crash", "pause", "failure", "term", "flush", "drop", "late", "lie", "nodedrop"}

ASSUME
  /\ NoNode \notin Nodes
  /\ {Steps, Ttl, Takeover, Validity, Retry, MaxToken} \subseteq Nat \ {0}
  /\ Grace \in Nat /\ Faults \in Nat /\ Kinds \subseteq FaultKinds
  /\ Fence \in {"lock", "record", "nothing"}

VARIABLES
  rec,      \* the record in each store: in the signal, and in the ledger if there is one
  lock,     \* the lock by the store's own account: its holder and the ticks that are left
  epoch,    \* the last token given out
  pc,       \* how far each member is
  tok,      \* the token of the lease that a member holds or held; 0: none
  renewed,  \* ticks for which a member may still believe in its last renewal
  proven,   \* ticks for which a member may still believe in its last heartbeat; 0 for ever: lost
  dying,    \* ticks that the step of a leader without a lease may still work
  comp,     \* how many steps a leader knows to be completed
  body,     \* the step that is being worked at; 0: none; Steps + 1: the node step
  old,      \* the last failure from before a member came, by its token; 0: none
  awake,    \* whether the process of a member runs, or is stopped
  late,     \* a write of a member on its way to a store
  mark,     \* the node phase: its lock, and whether its marker was put, and kept by right
  left,     \* how many faults may still happen
  past      \* history: steps recorded under a valid lease; Steps + 1: READY was

vars == <<rec, lock, epoch, pc, tok, renewed, proven, dying, comp, body, old, awake, late, mark,
          left, past>>

stores == <<rec, lock, epoch>>
valid  == <<renewed, proven>>
leads  == <<tok, renewed, proven, dying, comp, body>>
rest   == <<old, awake, late, mark>>

Max(S)  == CHOOSE x \in S : \A y \in S : y <= x
Less(x) == IF x = 0 THEN 0 ELSE x - 1
More(x, most) == IF x = most THEN most ELSE x + 1

Signal   == "signal"
Stores   == IF Ledger THEN {"ledger", Signal} ELSE {Signal}
Evidence == IF Ledger THEN "ledger" ELSE Signal

\* The age at which a record gets no older in any way that matters.
Oldest(st) ==
  CASE st \in {"running", "claimed"} -> Takeover
    [] st = "failed" -> Retry
    [] OTHER -> 0

Record(st, t, c, n) == [st |-> st, tok |-> t, comp |-> c, by |-> n, age |-> 0]
Blank   == Record("none", 0, 0, NoNode)
NoWrite == [to |-> "nowhere", what |-> Blank, over |-> Blank]
Free    == [by |-> NoNode, left |-> 0]

Telling   == {"first", "next", "failing", "finishing", "repairing", "stopping"}
Told      == {"toldfailed", "toldready", "toldstopped"}
Leading   == {"lock", "work"} \union Telling \union Told
InNode    == {"nodelock", "node", "marking"}
Ended     == {"failed", "dead", IF NodePhase THEN "done" ELSE "ready"}

TypeOK ==
  /\ rec \in [Stores -> [st : {"none", "claimed", "running", "stopped", "failed", "ready"},
                         tok : 0..MaxToken, comp : 0..Steps, by : Nodes \union {NoNode},
                         age : 0..Max({Takeover, Retry})]]
  /\ lock \in [by : Nodes \union {NoNode}, left : 0..Ttl]
  /\ epoch \in 0..MaxToken
  /\ pc \in [Nodes -> {"off", "wait", "claim", "ready"} \union Leading \union InNode \union Ended]
  /\ tok \in [Nodes -> 0..MaxToken]
  /\ renewed \in [Nodes -> 0..Validity] /\ proven \in [Nodes -> 0..Validity]
  /\ dying \in [Nodes -> 0..Grace]
  /\ comp \in [Nodes -> 0..Steps] /\ body \in [Nodes -> 0..Steps + 1]
  /\ old \in [Nodes -> 0..MaxToken] /\ awake \in [Nodes -> BOOLEAN]
  /\ mark \in [by : Nodes \union {NoNode}, left : 0..Ttl, put : BOOLEAN, kept : BOOLEAN]
  /\ left \in 0..Faults /\ past \in 0..Steps + 1

Symmetry == Permutations(Nodes)

(***************************************************************************)
(* Words                                                                   *)
(***************************************************************************)

\* What a leader believes of its own lease.
Held(n) == tok[n] > 0 /\ renewed[n] > 0 /\ proven[n] > 0

\* A step that works, also while its process is stopped: a command is a process of its own, and
\* ends when the lease and the grace have passed. That of a process that wakes up after that is
\* ended before another tick passes.
Works(n) ==
  /\ body[n] > 0
  /\ Held(n) \/ dying[n] > 0 \/ ~Stops \/ (~awake[n] /\ ~Supervised)

\* The record that a leader wants to be known.
Says(n) ==
  Record(CASE pc[n] \in {"first", "work", "next"} -> "running"
           [] pc[n] \in {"failing", "toldfailed"} -> "failed"
           [] pc[n] \in {"finishing", "repairing", "toldready"} -> "ready"
           [] OTHER -> "stopped", tok[n], comp[n], NoNode)

\* Whether a record lets anybody claim.
Open(r) ==
  CASE r.st \in {"running", "claimed"} -> HeedsSilence /\ r.age >= Takeover
    [] r.st = "failed" -> r.age >= Retry
    [] r.st = "ready" -> FALSE
    [] OTHER -> TRUE

\* Whether a record keeps the holder of the lock from its work.
Busy(r) ==
  \/ r.st = "running" /\ WaitsOut /\ r.age < Takeover
  \/ r.st = "failed" /\ r.age < Retry

\* A failure that was recorded since a member came. It is told apart by its age, whoever has it.
News(n, r) == r.st = "failed" /\ r.tok > old[n]

Mine(n, r) == r.st = "claimed" /\ r.by = n

\* Whether the evidence is still such as the new leader read it: it goes over nothing else.
Unchanged(n) ==
  LET r == rec[Evidence]
  IN ~Busy(r) /\ r.st # "ready" /\ (Reads => r.comp <= comp[n]) /\ ~(EndsToo /\ News(n, r))

\* A record but for its age. Weaker than the revisions of the stores, which never repeat.
Ageless(r) == [r EXCEPT !.age = 0]

\* Whether a store takes a record that is published under a lease.
Takes(w, r) ==
  \/ Fence = "nothing"
  \/ /\ rec[w].st # "ready" /\ r.tok >= rec[w].tok
     /\ Fence = "lock" /\ w = "ledger" => r.tok = epoch

\* READY over READY is refused, and as good as written.
Stands(w, r) == Takes(w, r) \/ (r.st = "ready" /\ rec[w].st = "ready")

Put(w, r) == rec' = IF Takes(w, r) THEN [rec EXCEPT ![w] = r] ELSE rec

Remember(r) == past' = Max({past, IF r.st = "ready" THEN Steps + 1 ELSE r.comp})

Fault(kind) == kind \in Kinds /\ left > 0 /\ left' = left - 1

\* Loss is for ever.
Lose(n) == proven' = [proven EXCEPT ![n] = 0] /\ renewed' = [renewed EXCEPT ![n] = 0]

\* What is left of a lease when its holder has ended.
Ends(n) ==
  /\ tok' = [tok EXCEPT ![n] = 0]
  /\ renewed' = [renewed EXCEPT ![n] = 0] /\ proven' = [proven EXCEPT ![n] = 0]
  /\ dying' = [dying EXCEPT ![n] = 0]
  /\ comp' = [comp EXCEPT ![n] = 0] /\ body' = [body EXCEPT ![n] = 0]

Goes(n, to) == pc' = [pc EXCEPT ![n] = to]

Unlocked(n) == IF lock.by = n /\ epoch = tok[n] THEN Free ELSE lock

(***************************************************************************)
(* The infrastructure phase: who waits                                     *)
(***************************************************************************)

Init ==
  /\ rec = [w \in Stores |-> Blank] /\ lock = Free /\ epoch = 0
  /\ pc = [n \in Nodes |-> "off"]
  /\ tok = [n \in Nodes |-> 0]
  /\ renewed = [n \in Nodes |-> 0] /\ proven = [n \in Nodes |-> 0] /\ dying = [n \in Nodes |-> 0]
  /\ comp = [n \in Nodes |-> 0] /\ body = [n \in Nodes |-> 0] /\ old = [n \in Nodes |-> 0]
  /\ awake = [n \in Nodes |-> TRUE]
  /\ late = [n \in Nodes |-> NoWrite]
  /\ mark = [by |-> NoNode, left |-> 0, put |-> FALSE, kept |-> FALSE]
  /\ left = Faults /\ past = 0

\* The signal is asked, and while it does not answer, the ledger. For liveness, it answers.
Asked == IF Prompt THEN {Signal} ELSE Stores

\* A process starts, at any time: a failure from before that is old news.
Start(n) ==
  /\ pc[n] = "off"
  /\ Goes(n, "wait")
  /\ old' = [old EXCEPT ![n] = Max({0} \union {rec[w].tok : w \in {v \in Stores : rec[v].st = "failed"}})]
  /\ UNCHANGED <<stores, leads, awake, late, mark, left, past>>

\* The look and the claim that it leads to are one action: the claim is a compare-and-set on the
\* record that was looked at, and until then a record only gets older. A reply may be lost.
Claim(n, w) ==
  /\ pc[n] = "wait" /\ awake[n]
  /\ Open(rec[w]) \/ Mine(n, rec[w])
  /\ ~News(n, rec[w])
  /\ rec' = [rec EXCEPT ![w] = Record("claimed", rec[w].tok, rec[w].comp, n)]
  /\ comp' = [comp EXCEPT ![n] = IF Reads THEN @ ELSE rec[w].comp]
  /\ \/ Goes(n, "claim") /\ UNCHANGED left
     \/ Fault("lie") /\ UNCHANGED pc
  /\ UNCHANGED <<lock, epoch, tok, valid, dying, body, rest, past>>

\* The gate does not hold: a member believes in a claim that no store keeps.
FalseClaim(n) ==
  /\ pc[n] = "wait" /\ awake[n] /\ Fault("lie")
  /\ Goes(n, "claim")
  /\ comp' = [comp EXCEPT ![n] = IF Reads THEN @ ELSE rec[Signal].comp]
  /\ UNCHANGED <<stores, tok, valid, dying, body, rest, past>>

\* Beats of claims and of the mirror keep others waiting and do nothing else: where safety is asked
\* for they are left out, so that more may happen.
BeatClaim(n, w) ==
  /\ Prompt /\ pc[n] \in {"claim", "lock", "first"} /\ awake[n]
  /\ Mine(n, rec[w]) /\ rec[w].age > 0
  /\ rec' = [rec EXCEPT ![w].age = 0]
  /\ UNCHANGED <<lock, epoch, pc, leads, rest, left, past>>

LoseClaim(n) ==
  /\ pc[n] = "claim" /\ awake[n]
  /\ \A w \in Stores : ~Mine(n, rec[w])
  /\ Goes(n, "wait")
  /\ UNCHANGED <<stores, leads, rest, left, past>>

SeeReady(n, w) ==
  /\ pc[n] = "wait" /\ awake[n] /\ rec[w].st = "ready"
  /\ Goes(n, "ready")
  /\ old' = [old EXCEPT ![n] = 0]
  /\ UNCHANGED <<stores, leads, awake, late, mark, left, past>>

SeeFailure(n, w) ==
  /\ pc[n] = "wait" /\ awake[n] /\ News(n, rec[w])
  /\ Goes(n, "failed")
  /\ old' = [old EXCEPT ![n] = 0]
  /\ UNCHANGED <<stores, leads, awake, late, mark, left, past>>

(***************************************************************************)
(* The infrastructure phase: who has the lock                              *)
(***************************************************************************)

Acquire(n) ==
  /\ pc[n] = "claim" /\ awake[n] /\ epoch < MaxToken
  /\ lock.by = NoNode \/ ~Excludes
  /\ lock' = [by |-> n, left |-> Ttl]
  /\ epoch' = epoch + 1
  /\ tok' = [tok EXCEPT ![n] = epoch + 1]
  /\ renewed' = [renewed EXCEPT ![n] = Validity]
  /\ proven' = [proven EXCEPT ![n] = Validity]
  /\ dying' = [dying EXCEPT ![n] = Grace]
  /\ Goes(n, "lock")
  /\ UNCHANGED <<rec, comp, body, rest, left, past>>

\* Whether a failure is news, and the last that is known.
Standing(n, w, known) == News(n, rec[w]) /\ \A v \in known : rec[v].tok <= rec[w].tok

\* Under the lock, ledger and signal are read again. A signal that does not answer is done without
\* if there is a ledger. A claim says nothing about work.
ReadUnderLock(n) ==
  /\ pc[n] = "lock" /\ awake[n] /\ Held(n)
  /\ \E known \in {Stores, {Evidence}} :
       IF Reads /\ \E w \in known : rec[w].st = "ready"
       THEN /\ Goes(n, "repairing")
            /\ comp' = [comp EXCEPT ![n] = Steps]
       ELSE /\ \A w \in known : ~Busy(rec[w])
            /\ ~(EndsToo /\ \E w \in known : Standing(n, w, known))
            /\ Goes(n, "first")
            /\ comp' = [comp EXCEPT ![n] = IF Reads THEN Max({rec[w].comp : w \in known}) ELSE @]
  /\ UNCHANGED <<stores, tok, valid, dying, body, rest, left, past>>

\* A failure that it did not hear of while it waited ends it too. It tells the signal, as far as that
\* answers, so that all who wait end with it.
FailUnderLock(n) ==
  /\ EndsToo /\ pc[n] = "lock" /\ awake[n] /\ Held(n)
  /\ \E known \in {Stores, {Evidence}} : \E w \in known :
       /\ Standing(n, w, known)
       /\ \A v \in known : rec[v].st # "ready"
       /\ \/ rec' = IF Takes(Signal, rec[w]) THEN [rec EXCEPT ![Signal] = rec[w]] ELSE rec
          \/ ~Prompt /\ UNCHANGED rec
  /\ lock' = Unlocked(n)
  /\ Goes(n, "failed")
  /\ Ends(n)
  /\ old' = [old EXCEPT ![n] = 0]
  /\ UNCHANGED <<epoch, awake, late, mark, left, past>>

\* As long as a leader has said nothing, its renewals are all the proof there is.
Renew(n) ==
  /\ pc[n] \in (Leading \ Told) /\ awake[n] /\ Held(n)
  /\ IF lock.by = n /\ epoch = tok[n]
     THEN /\ renewed[n] < Validity \/ lock.left < Ttl
          /\ lock' = [lock EXCEPT !.left = Ttl]
          /\ renewed' = [renewed EXCEPT ![n] = Validity]
          /\ proven' = [proven EXCEPT ![n] = IF pc[n] = "lock" \/ ~Beats THEN Validity ELSE @]
     ELSE Lose(n) /\ UNCHANGED lock
  /\ UNCHANGED <<rec, epoch, pc, tok, dying, comp, body, rest, left, past>>

\* The heart writes what its leader says: news, which counts once it stands in the evidence, and
\* the same again as a heartbeat. A refusal is the end of the lease. Work begins at once.
\* The first record goes over what was read under the lock, else that is read again.
Reread(n) ==
  /\ pc[n] = "first" /\ awake[n] /\ Held(n)
  /\ Conditional /\ ~Unchanged(n) /\ Stands(Evidence, Says(n))
  /\ Goes(n, "lock")
  /\ UNCHANGED <<stores, leads, rest, left, past>>

Prove(n) ==
  /\ pc[n] \in Telling \union {"work"} /\ awake[n] /\ Held(n)
  /\ pc[n] = "work" => Beats /\ (proven[n] < Validity \/ rec[Evidence].age > 0)
  /\ pc[n] = "first" /\ Conditional /\ Stands(Evidence, Says(n)) => Unchanged(n)
  /\ IF Stands(Evidence, Says(n))
     THEN /\ Put(Evidence, Says(n))
          /\ Remember(Says(n))
          /\ proven' = [proven EXCEPT ![n] = Validity]
          /\ UNCHANGED renewed
          /\ CASE pc[n] = "failing" -> Goes(n, "toldfailed")
               [] pc[n] \in {"finishing", "repairing"} -> Goes(n, "toldready")
               [] pc[n] = "stopping" -> Goes(n, "toldstopped")
               [] OTHER -> Goes(n, IF comp[n] = Steps THEN "finishing" ELSE "work")
          /\ body' = [body EXCEPT ![n] = IF pc[n] \in {"first", "next"} /\ comp[n] < Steps
                                         THEN comp[n] + 1 ELSE @]
     ELSE /\ Lose(n)
          /\ UNCHANGED <<rec, pc, past, body>>
  /\ UNCHANGED <<lock, epoch, tok, dying, comp, rest, left>>

\* What stands in the ledger is mirrored in the signal, as far as that answers.
Mirror(n) ==
  /\ Ledger /\ pc[n] \in Told \union {"work"} /\ awake[n] /\ Held(n)
  /\ rec[Signal].st # "ready"
  /\ rec[Signal] # [Says(n) EXCEPT !.age = IF Prompt THEN 0 ELSE rec[Signal].age]
  /\ IF Takes(Signal, Says(n))
     THEN Put(Signal, Says(n)) /\ UNCHANGED valid
     ELSE Lose(n) /\ UNCHANGED rec
  /\ UNCHANGED <<lock, epoch, pc, tok, dying, comp, body, rest, left, past>>

(***************************************************************************)
(* The infrastructure phase: work, and its end                             *)
(***************************************************************************)

EndStep(n) ==
  /\ pc[n] = "work" /\ awake[n] /\ Held(n) /\ body[n] > 0
  /\ body' = [body EXCEPT ![n] = 0]
  /\ \/ /\ comp' = [comp EXCEPT ![n] = body[n]]
        /\ Goes(n, "next")
        /\ UNCHANGED left
     \/ /\ Fault("failure")
        /\ Goes(n, "failing")
        /\ UNCHANGED comp
  /\ UNCHANGED <<stores, tok, valid, dying, rest, past>>

\* The lease is given back; the process ends as it said.
Release(n) ==
  /\ pc[n] \in Told /\ awake[n]
  /\ lock' = Unlocked(n)
  /\ Goes(n, CASE pc[n] = "toldready" -> "ready" [] pc[n] = "toldfailed" -> "failed" [] OTHER -> "dead")
  /\ Ends(n)
  /\ UNCHANGED <<rec, epoch, rest, left, past>>

\* A leader without a lease has its step stopped, within the grace.
StopStep(n) ==
  /\ Stops /\ body[n] > 0 /\ awake[n] /\ ~Held(n)
  /\ body' = [body EXCEPT ![n] = 0]
  /\ UNCHANGED <<stores, pc, tok, valid, dying, comp, rest, left, past>>

\* Its process ends, and is started again by whoever started it.
GiveUp(n) ==
  /\ pc[n] \in (Leading \ Told) \union InNode /\ awake[n] /\ ~Held(n) /\ body[n] = 0
  /\ lock' = IF pc[n] \in InNode THEN lock ELSE Unlocked(n)
  /\ mark' = IF pc[n] \in InNode /\ mark.by = n THEN [mark EXCEPT !.by = NoNode, !.left = 0] ELSE mark
  /\ Goes(n, "off")
  /\ Ends(n)
  /\ UNCHANGED <<rec, epoch, old, awake, late, left, past>>

(***************************************************************************)
(* The node phase                                                          *)
(***************************************************************************)

Mark(n) == NodePhase /\ awake[n]

FindMarker(n) ==
  /\ Mark(n) /\ pc[n] = "ready" /\ mark.put
  /\ Goes(n, "done")
  /\ UNCHANGED <<stores, leads, rest, left, past>>

LockNode(n) ==
  /\ Mark(n) /\ (pc[n] = "ready" \/ (pc[n] = "wait" /\ ~AwaitsReady))
  /\ ~mark.put /\ mark.by = NoNode
  /\ mark' = [mark EXCEPT !.by = n, !.left = Ttl]
  /\ tok' = [tok EXCEPT ![n] = 1]
  /\ renewed' = [renewed EXCEPT ![n] = Validity]
  /\ proven' = [proven EXCEPT ![n] = Validity]
  /\ dying' = [dying EXCEPT ![n] = Grace]
  /\ Goes(n, "nodelock")
  /\ UNCHANGED <<stores, comp, body, old, awake, late, left, past>>

FindMarkerUnderLock(n) ==
  /\ Mark(n) /\ pc[n] = "nodelock" /\ Held(n)
  /\ IF Reads /\ mark.put
     THEN /\ Goes(n, "done")
          /\ mark' = IF mark.by = n THEN [mark EXCEPT !.by = NoNode, !.left = 0] ELSE mark
          /\ Ends(n)
     ELSE /\ Goes(n, "node")
          /\ body' = [body EXCEPT ![n] = Steps + 1]
          /\ UNCHANGED <<mark, tok, valid, dying, comp>>
  /\ UNCHANGED <<stores, old, awake, late, left, past>>

RenewNode(n) ==
  /\ Mark(n) /\ pc[n] \in InNode /\ Held(n)
  /\ IF mark.by = n
     THEN /\ renewed[n] < Validity \/ mark.left < Ttl
          /\ mark' = [mark EXCEPT !.left = Ttl]
          /\ renewed' = [renewed EXCEPT ![n] = Validity]
          /\ proven' = [proven EXCEPT ![n] = Validity]
     ELSE Lose(n) /\ UNCHANGED mark
  /\ UNCHANGED <<stores, pc, tok, dying, comp, body, old, awake, late, left, past>>

EndNodeStep(n) ==
  /\ Mark(n) /\ pc[n] = "node" /\ Held(n) /\ body[n] > 0
  /\ body' = [body EXCEPT ![n] = 0]
  /\ Goes(n, "marking")
  /\ UNCHANGED <<stores, tok, valid, dying, comp, rest, left, past>>

PutMarker(n) ==
  /\ Mark(n) /\ pc[n] = "marking" /\ Held(n)
  /\ mark' = [mark EXCEPT !.put = TRUE, !.kept = TRUE,
                          !.by = IF @ = n THEN NoNode ELSE @, !.left = IF mark.by = n THEN 0 ELSE @]
  /\ Goes(n, "done")
  /\ Ends(n)
  /\ UNCHANGED <<stores, old, awake, late, left, past>>

(***************************************************************************)
(* Faults                                                                  *)
(***************************************************************************)

Alive(n) == pc[n] \notin Ended \union {"off"}

Crash(n) ==
  /\ Alive(n) /\ Fault("crash")
  /\ Goes(n, "dead")
  /\ Ends(n)
  /\ old' = [old EXCEPT ![n] = 0] /\ awake' = [awake EXCEPT ![n] = TRUE]
  /\ UNCHANGED <<stores, late, mark, past>>

\* Whoever died, or ended with a failure, may be started again.
Restart(n) ==
  /\ pc[n] \in {"dead", "failed"}
  /\ Goes(n, "off")
  /\ UNCHANGED <<stores, leads, rest, left, past>>

Pause(n) ==
  /\ Alive(n) /\ awake[n] /\ Fault("pause")
  /\ awake' = [awake EXCEPT ![n] = FALSE]
  /\ UNCHANGED <<stores, pc, leads, old, late, mark, past>>

Resume(n) ==
  /\ ~awake[n]
  /\ awake' = [awake EXCEPT ![n] = TRUE]
  /\ UNCHANGED <<stores, pc, leads, old, late, mark, left, past>>

\* SIGTERM: a leader stops its step, says so and releases; a claimant takes its claim back.
Terminate(n) ==
  /\ awake[n] /\ Fault("term")
  /\ \/ /\ pc[n] = "work" /\ Held(n)
        /\ Goes(n, "stopping")
        /\ body' = [body EXCEPT ![n] = 0]
        /\ UNCHANGED <<rec, lock, tok, valid, dying, comp>>
     \/ /\ pc[n] \in {"claim", "lock", "first"}
        /\ rec' = [w \in Stores |->
                     IF Mine(n, rec[w]) THEN Record("stopped", rec[w].tok, rec[w].comp, NoNode) ELSE rec[w]]
        /\ lock' = IF pc[n] = "claim" THEN lock ELSE Unlocked(n)
        /\ Goes(n, "dead")
        /\ Ends(n)
  /\ UNCHANGED <<epoch, rest, past>>

\* The signal loses its data.
Flush ==
  /\ Fault("flush")
  /\ rec' = [rec EXCEPT ![Signal] = Blank]
  /\ UNCHANGED <<lock, epoch, pc, leads, rest, past>>

\* The lock's store frees the lock early: a session was killed, the server was started anew.
Drop ==
  /\ lock.by # NoNode /\ Fault("drop")
  /\ lock' = Free
  /\ UNCHANGED <<rec, epoch, pc, leads, rest, past>>

DropNode ==
  /\ mark.by # NoNode /\ Fault("nodedrop")
  /\ mark' = [mark EXCEPT !.by = NoNode, !.left = 0]
  /\ UNCHANGED <<stores, pc, leads, old, awake, late, past>>

\* A write of a leader that has checked its lease takes its time, whatever becomes of the leader.
Delay(n) ==
  /\ awake[n] /\ Held(n) /\ late[n] = NoWrite /\ Fault("late")
  /\ \/ /\ pc[n] \in Telling \union {"work"}
        /\ late' = [late EXCEPT ![n] = [to |-> Evidence, what |-> Says(n), over |-> Ageless(rec[Evidence])]]
     \/ /\ Ledger /\ pc[n] \in Told \union {"work"}
        /\ late' = [late EXCEPT ![n] = [to |-> Signal, what |-> Says(n), over |-> Ageless(rec[Signal])]]
     \/ /\ pc[n] = "marking"
        /\ late' = [late EXCEPT ![n] = [to |-> "marker", what |-> Blank, over |-> Blank]]
  /\ UNCHANGED <<stores, pc, leads, old, awake, mark, past>>

Arrive(n) ==
  /\ late[n] # NoWrite
  /\ late' = [late EXCEPT ![n] = NoWrite]
  /\ LET w == late[n].to
         r == late[n].what
     IN IF w = "marker"
        THEN /\ mark' = [mark EXCEPT !.put = TRUE]
             /\ UNCHANGED <<rec, past>>
        ELSE IF Conditional /\ Ageless(rec[w]) # late[n].over
        THEN UNCHANGED <<rec, mark, past>>
        ELSE /\ Put(w, r)
             /\ IF Takes(w, r) /\ w = Evidence /\ (r.st = "ready" \/ (tok[n] = r.tok /\ Held(n)))
                THEN Remember(r) ELSE UNCHANGED past
             /\ UNCHANGED mark
  /\ UNCHANGED <<lock, epoch, pc, leads, old, awake, left>>

(***************************************************************************)
(* Time                                                                    *)
(***************************************************************************)

\* Assumed of every process that runs: a step that was told to stop has stopped, or its process is
\* halted, when the grace is over.
InTime(n) == Stops /\ awake[n] /\ body[n] > 0 /\ ~Held(n) => dying[n] > 0

\* Assumed for liveness alone: stores and members are fast enough for every heartbeat.
Punctual(n) ==
  awake[n] =>
    /\ Held(n) /\ pc[n] \in (Leading \ Told) \union InNode => renewed[n] = Validity /\ proven[n] = Validity
    /\ pc[n] \in {"claim", "lock", "first"} => \A w \in Stores : Mine(n, rec[w]) => rec[w].age = 0

Tick ==
  /\ \A n \in Nodes : InTime(n) /\ (Prompt => Punctual(n))
  /\ rec' = [w \in Stores |-> [rec[w] EXCEPT !.age = More(@, Oldest(rec[w].st))]]
  /\ lock' = IF lock.left <= 1 THEN Free ELSE [lock EXCEPT !.left = @ - 1]
  /\ mark' = IF mark.left <= 1 THEN [mark EXCEPT !.by = NoNode, !.left = 0]
                               ELSE [mark EXCEPT !.left = @ - 1]
  /\ renewed' = [n \in Nodes |-> IF proven[n] <= 1 THEN 0 ELSE Less(renewed[n])]
  /\ proven' = [n \in Nodes |-> IF renewed[n] <= 1 THEN 0 ELSE Less(proven[n])]
  /\ dying' = [n \in Nodes |-> IF body[n] > 0 /\ ~Held(n) THEN Less(dying[n]) ELSE dying[n]]
  /\ UNCHANGED <<epoch, pc, tok, comp, body, old, awake, late, left, past>>

Acts(n) ==
  \/ \E w \in Asked :
       Claim(n, w) \/ BeatClaim(n, w) \/ SeeReady(n, w) \/ SeeFailure(n, w)
  \/ Start(n) \/ FalseClaim(n) \/ LoseClaim(n)
  \/ Acquire(n) \/ ReadUnderLock(n) \/ FailUnderLock(n) \/ Reread(n) \/ Renew(n) \/ Prove(n) \/ Mirror(n)
  \/ EndStep(n) \/ Release(n) \/ StopStep(n) \/ GiveUp(n)
  \/ FindMarker(n) \/ LockNode(n) \/ FindMarkerUnderLock(n) \/ RenewNode(n) \/ EndNodeStep(n)
  \/ PutMarker(n)

Fails(n) ==
  \/ Crash(n) \/ Restart(n) \/ Pause(n) \/ Resume(n) \/ Terminate(n) \/ Delay(n) \/ Arrive(n)

Next == Tick \/ Flush \/ Drop \/ DropNode \/ \E n \in Nodes : Acts(n) \/ Fails(n)

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* Safety                                                                  *)
(***************************************************************************)

\* At most one leader has begun its work and believes in its lease.
OneValidLeader ==
  Cardinality({n \in Nodes : pc[n] \in Leading \ ({"lock", "first", "repairing"} \union Told) /\ Held(n)}) <= 1

NoOverlap == Cardinality({n \in Nodes : Works(n) /\ body[n] <= Steps}) <= 1

\* What was recorded under a valid lease is not done again; after READY nothing is.
NotRepeated == \A n \in Nodes : Works(n) /\ body[n] <= Steps => body[n] > past

ReadyIsTrue == \A w \in Stores : rec[w].st = "ready" => past = Steps + 1

NodeAfterReady == \A n \in Nodes : pc[n] \in InNode => past = Steps + 1

NodeNoOverlap == Cardinality({n \in Nodes : Works(n) /\ body[n] > Steps}) <= 1

NodeNotRepeated == \A n \in Nodes : Works(n) /\ body[n] > Steps => ~mark.kept

\* Whoever writes under a lease has the highest token that the store knows; the ledger knows that of
\* the lock.
Published(w) ==
  rec'[w] # rec[w] /\ rec'[w].age <= rec[w].age /\ rec'[w].st \in {"running", "failed", "ready"}

StaleNeverPublishes ==
  [][\A w \in Stores :
       /\ Published(w) => rec'[w].tok >= rec[w].tok
       /\ Published(w) /\ w = "ledger" => rec'[w].tok = epoch]_vars

ReadyIsFinal ==
  [][\A w \in Stores :
       rec[w].st = "ready" => rec'[w].st = "ready" \/ (w = Signal /\ rec'[w] = Blank)]_vars

\* Who waited when a failure was recorded does not lead the run that it ended.
FailureEndsWait ==
  [][\A n \in Nodes :
       pc[n] = "first" /\ pc'[n] \in {"work", "finishing"} => ~News(n, rec[Evidence])]_vars

TokensGrow == [][epoch' >= epoch /\ (epoch' = epoch \/ lock'.by # NoNode)]_vars

(***************************************************************************)
(* Liveness                                                                *)
(***************************************************************************)

\* One thing at a time: of these, no two are possible at once.
Moves(n) ==
  \/ Start(n) \/ Claim(n, Signal) \/ LoseClaim(n) \/ SeeReady(n, Signal)
  \/ SeeFailure(n, Signal) \/ ReadUnderLock(n) \/ FailUnderLock(n) \/ Reread(n) \/ EndStep(n) \/ Release(n) \/ StopStep(n)
  \/ GiveUp(n) \/ FindMarker(n) \/ FindMarkerUnderLock(n) \/ EndNodeStep(n) \/ PutMarker(n)

Heart(n) == BeatClaim(n, Signal) \/ Renew(n) \/ Prove(n) \/ RenewNode(n)

\* A lock that is free again and again is won at last, for attempts go on by random pauses.
Fair ==
  /\ WF_vars(Tick)
  /\ \A n \in Nodes :
       WF_vars(Moves(n)) /\ WF_vars(Heart(n)) /\ SF_vars(Acquire(n)) /\ SF_vars(LockNode(n))

Live == Spec /\ Fair

\* Every member that runs comes to an end.
EveryNodeEnds == \A n \in Nodes : <>[](pc[n] \in Ended \/ ~awake[n])

=============================================================================

-- Raft with explicit votes and replication in atomic steps: the reference module RaftLite, with three servers, majorities
-- of two, and the switches for mistakes left out.
--
-- Requests and votes are never consumed; a server asks once in a term and votes once in a term. Sets of servers are bit
-- masks. A log holds the terms of its entries; 0 stands behind the last one.

const
  S: 3;
  MaxTerm: 3;
  MaxLog: 1;
  Restarts: 1;

type
  Server: 0 .. S - 1;
  Term: 0 .. MaxTerm;
  Length: 0 .. MaxLog;
  Position: 1 .. MaxLog;
  Role: enum {Follower, Candidate, Leader};
  Request: record
    sent: boolean;
    last_term: Term;
    length: Length;
  end;

var
  term: array [Server] of Term;
  -- 1 + a server, 0 for nobody.
  voted: array [Server] of 0 .. S;
  role: array [Server] of Role;
  log: array [Server] of array [Position] of Term;
  length: array [Server] of Length;
  com: array [Server] of Length;
  requests: array [1 .. MaxTerm] of array [Server] of Request;
  -- Who has voted for a candidate.
  votes: array [1 .. MaxTerm] of array [Server] of 0 .. 7;
  -- Who has led in a term.
  elected: array [1 .. MaxTerm] of 0 .. 7;
  restarts: 0 .. Restarts;

function is_majority(set: 0 .. 7): boolean;
begin
  return set = 3 | set >= 5;
end;

function last_term(i: Server): Term;
begin
  if length[i] = 0 then
    return 0;
  end;
  return log[i][length[i]];
end;

function is_up_to_date(last: Term; size: Length; i: Server): boolean;
begin
  if last != last_term(i) then
    return last > last_term(i);
  end;
  return size >= length[i];
end;

-- Whether two logs have the same first entries.
function agree(i: Server; j: Server; size: Length): boolean;
begin
  for k: Position do
    if k <= size & log[i][k] != log[j][k] then
      return false;
    end;
  end;
  return true;
end;

function least(a: Length; b: Length): Length;
begin
  return a < b ? a : b;
end;

-- The length of the longest common prefix.
function match(i: Server; j: Server): Length;
var
  n: Length;
begin
  n := 0;
  while n < length[i] & n < length[j] & log[i][n + 1] = log[j][n + 1] do
    n := n + 1;
  end;
  return n;
end;

startstate
begin
  for i: Server do
    term[i] := 0;
    voted[i] := 0;
    role[i] := Follower;
    length[i] := 0;
    com[i] := 0;
    for k: Position do
      log[i][k] := 0;
    end;
    for t := 1 to MaxTerm do
      requests[t][i].sent := false;
      requests[t][i].last_term := 0;
      requests[t][i].length := 0;
      votes[t][i] := 0;
      elected[t] := 0;
    end;
  end;
  restarts := Restarts;
end;

ruleset i: Server do
  rule "timeout" role[i] != Leader & term[i] < MaxTerm ==>
  begin
    term[i] := term[i] + 1;
    voted[i] := i + 1;
    role[i] := Candidate;
    requests[term[i]][i].sent := true;
    requests[term[i]][i].last_term := last_term(i);
    requests[term[i]][i].length := length[i];
    votes[term[i]][i] := votes[term[i]][i] | (1 << i);
  end;

  rule "become" role[i] = Candidate & is_majority(votes[term[i]][i]) ==>
  begin
    role[i] := Leader;
    elected[term[i]] := elected[term[i]] | (1 << i);
  end;

  rule "client" role[i] = Leader & length[i] < MaxLog ==>
  begin
    length[i] := length[i] + 1;
    log[i][length[i]] := term[i];
  end;

  rule "restart" restarts > 0 ==>
  begin
    restarts := restarts - 1;
    role[i] := Follower;
    com[i] := 0;
  end;

  ruleset k: Position do
    rule "commit" role[i] = Leader & com[i] < k & k <= length[i] & log[i][k] = term[i] ==>
    var
      acks: 0 .. S;
    begin
      acks := 0;
      for j: Server do
        if term[j] = term[i] & length[j] >= k & agree(i, j, k) then
          acks := acks + 1;
        end;
      end;
      if acks >= 2 then
        com[i] := k;
      end;
    end;
  end;

  ruleset j: Server do
    rule "append" role[i] = Leader & i != j & term[j] <= term[i] ==>
    var
      n: Length;
    begin
      n := match(i, j);
      if n < length[i] then
        for k: Position do
          log[j][k] := k <= n + 1 ? log[i][k] : 0;
        end;
        length[j] := n + 1;
      end;
      n := least(com[i], length[j]);
      if com[j] < n then
        com[j] := n;
      end;
      if term[j] < term[i] then
        voted[j] := 0;
      end;
      term[j] := term[i];
      role[j] := Follower;
    end;
  end;

  ruleset t: 1 .. MaxTerm; c: Server do
    rule "vote" c != i & requests[t][c].sent & t >= term[i] & (t > term[i] | voted[i] = 0) &
        is_up_to_date(requests[t][c].last_term, requests[t][c].length, i) ==>
    begin
      if t > term[i] then
        role[i] := Follower;
      end;
      term[i] := t;
      voted[i] := c + 1;
      votes[t][c] := votes[t][c] | (1 << i);
    end;
  end;
end;

invariant "one_leader_per_term"
  forall t := 1 to MaxTerm do elected[t] != 3 & elected[t] < 5 end;

invariant "state_machine_safety"
  forall i: Server do
    com[i] <= length[i] & forall j: Server do agree(i, j, least(com[i], com[j])) end
  end;

invariant "log_matching"
  forall i: Server do
    forall j: Server do
      forall k: Position do
        (k <= length[i] & k <= length[j] & log[i][k] = log[j][k]) -> agree(i, j, k)
      end
    end
  end;

invariant "leader_completeness"
  forall i: Server do
    role[i] = Leader -> forall j: Server do
      term[i] >= term[j] -> (com[j] <= length[i] & agree(i, j, com[j]))
    end
  end;

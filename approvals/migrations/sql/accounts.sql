-- Names may change: who asked and who decided are also kept as accounts.
UPDATE approvals_request r SET requester_id = s.id FROM accounts_staff s WHERE r.requested_by = 'staff:' || s.username;
UPDATE approvals_request r SET decider_id = s.id FROM accounts_staff s WHERE r.decided_by = 'staff:' || s.username;
SET CONSTRAINTS ALL IMMEDIATE;
GRANT UPDATE (decider_id) ON approvals_request TO {app};

-- Who may ask for another role or for a second factor to be reset, and who must agree: two people who keep users.
INSERT INTO approval_policy (kab, kind, from_on, step_n, amount_from_rp, role) VALUES
    (0, 'role', 0, 0, 0, 'administrator'), (0, 'role', 0, 1, 0, 'administrator'),
    (0, 'factor', 0, 0, 0, 'administrator'), (0, 'factor', 0, 0, 0, 'head_linjamsos'), (0, 'factor', 0, 0, 0, 'head_dinsos'),
    (0, 'factor', 0, 1, 0, 'administrator'), (0, 'factor', 0, 1, 0, 'head_linjamsos'), (0, 'factor', 0, 1, 0, 'head_dinsos');

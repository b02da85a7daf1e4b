-- Evidence: what was asked, what was answered and who looked is written once.
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_access, accounts_consent, accounts_consenttext FROM {app};

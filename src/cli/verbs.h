// verbs.h: the functions behind the verbs, each in verb_ROOM.c.
#ifndef CLI_VERBS_H
#define CLI_VERBS_H
#include "cli/cli.h"

bool verb_version(Cli *cli, Err *e);
bool verb_serve(Cli *cli, Err *e);
bool verb_area(Cli *cli, Err *e);
bool verb_synth(Cli *cli, Err *e);
bool verb_import(Cli *cli, Err *e);
bool verb_export(Cli *cli, Err *e);
bool verb_search(Cli *cli, Err *e);
bool verb_search_build(Cli *cli, Err *e);
bool verb_rules(Cli *cli, Err *e);
bool verb_login(Cli *cli, Err *e);
bool verb_logout(Cli *cli, Err *e);
bool verb_password(Cli *cli, Err *e);
bool verb_factor(Cli *cli, Err *e);
bool terminal_code(Str line, Err *e);                      // a text as a QR code for a terminal
bool verb_user(Cli *cli, Err *e);
bool verb_practice(Cli *cli, Err *e);
extern const CliOption PREPARE_OPTIONS[], CLOSE_OPTIONS[], RUN_OPTIONS[], EXPLAIN_OPTIONS[];
extern const CliOption TRAINING_OPTIONS[];
bool verb_training(Cli *cli, Err *e);
bool verb_prepare(Cli *cli, Err *e);
bool verb_close(Cli *cli, Err *e);
bool verb_run(Cli *cli, Err *e);
bool verb_explain(Cli *cli, Err *e);
extern const CliOption TOTALS_OPTIONS[];
bool verb_totals(Cli *cli, Err *e);
extern const CliOption SQL_OPTIONS[];
bool verb_sql(Cli *cli, Err *e);
bool verb_head(Cli *cli, Err *e);
bool verb_audit(Cli *cli, Err *e);
bool verb_backup(Cli *cli, Err *e);
bool verb_keys(Cli *cli, Err *e);
bool verb_subject(Cli *cli, Err *e);
bool verb_desk(Cli *cli, Err *e);
bool verb_restore(Cli *cli, Err *e);
extern const CliOption BACKUP_OPTIONS[], RESTORE_OPTIONS[], KEYS_OPTIONS[], SUBJECT_OPTIONS[], DESK_OPTIONS[];
extern const CliOption COMMITMENT_OPTIONS[];
bool verb_commitment(Cli *cli, Err *e);
bool verb_check(Cli *cli, Err *e);
bool verb_approve(Cli *cli, Err *e);
bool verb_pay(Cli *cli, Err *e);
bool verb_books(Cli *cli, Err *e);
extern const CliOption APPROVE_OPTIONS[], PAY_OPTIONS[], BOOKS_OPTIONS[];
extern const CliOption SETTLE_OPTIONS[], RECONCILE_OPTIONS[], TRAY_OPTIONS[], REISSUE_OPTIONS[], PRACTICE_ANSWER_OPTIONS[];
bool verb_settle(Cli *cli, Err *e);
bool verb_reconcile(Cli *cli, Err *e);
bool verb_tray(Cli *cli, Err *e);
bool verb_reissue(Cli *cli, Err *e);
bool verb_practice_answers(Cli *cli, Err *e);
extern const CliOption DUPLICATES_OPTIONS[], IDENTITY_OPTIONS[], SEARCH_OPTIONS[];
extern const CliOption STATUS_OPTIONS[];
bool verb_status(Cli *cli, Err *e);
extern const CliOption WORKLIST_OPTIONS[], APPROVAL_OPTIONS[];
bool verb_worklist(Cli *cli, Err *e);
bool verb_approval(Cli *cli, Err *e);
bool verb_identity(Cli *cli, Err *e);
bool verb_duplicates(Cli *cli, Err *e);
extern const CliOption LIFE_OPTIONS[], DRIFT_OPTIONS[], CASELOAD_OPTIONS[];
bool verb_caseload(Cli *cli, Err *e);
bool verb_drift(Cli *cli, Err *e);
bool verb_life(Cli *cli, Err *e);
extern const CliOption ANSWER_OPTIONS[];
bool verb_answer(Cli *cli, Err *e);
extern const CliOption PAYLIST_OPTIONS[];
bool verb_paylist(Cli *cli, Err *e);
extern const CliOption GROWTH_OPTIONS[];
bool verb_growth(Cli *cli, Err *e);
extern const CliOption FORMS_OPTIONS[];
bool verb_forms(Cli *cli, Err *e);
#endif

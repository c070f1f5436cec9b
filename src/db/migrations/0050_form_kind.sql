-- What filled forms leave to do, of all three forms (src/commitment/form_apply.h). form: education, health, social; npsn holds the place of any
-- of them: the school's NPSN, the health post's number, the kelurahan's code.
ALTER TABLE form_task ADD COLUMN form TEXT NOT NULL DEFAULT 'education' CHECK (form IN ('education', 'health', 'social'));
DROP INDEX form_task_once;
CREATE UNIQUE INDEX form_task_once_of ON form_task (kab, form, npsn, quarter_n, kind, person_id, name);

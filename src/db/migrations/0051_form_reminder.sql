-- Who was reminded that a filled form is still missing (src/commitment/form_answers.h). place: the school's NPSN, the health post's number, the
-- kelurahan's code. month_on: the first day of the month it is about. The same reminder twice on one day is one.
-- append-only
CREATE TABLE form_reminder (
    kab INTEGER NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('education', 'health', 'social')),
    place TEXT NOT NULL,
    month_on INTEGER NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('letter', 'message', 'visit')),
    sent_on INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    PRIMARY KEY (kab, form, place, month_on, channel, sent_on)
) WITHOUT ROWID;

-- What was told of a month, for who has not answered yet.
CREATE INDEX commitment_fact_of_month ON commitment_fact (kab, first_on, kind);

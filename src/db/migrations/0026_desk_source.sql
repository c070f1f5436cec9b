-- Where the hours of the desk come from, said more honestly: the articles that were not yet compared with the official text of the law say so,
-- on the pages and in the letters. The hours are the same. 19283 is the day after those that 0021 gave.
INSERT INTO desk_clock (kind, from_on, hours_n, source) VALUES
    ('withdraw', 19283, 72, 'UU 27/2022 Pasal 40: 3 x 24 jam (nomor pasal belum dicocokkan dengan naskah resmi)'),
    ('object', 19283, 72, 'UU 27/2022 Pasal 10: tanpa jangka waktu; disamakan dengan Pasal 30 (nomor pasal belum dicocokkan dengan naskah resmi)'),
    ('erase', 19283, 72, 'UU 27/2022 Pasal 43: tanpa jangka waktu; disamakan dengan Pasal 30 (nomor pasal belum dicocokkan dengan naskah resmi)');

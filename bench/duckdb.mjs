// node duckdb.mjs DATABASE SCRIPT.json: runs the statements of a list in DuckDB. A list's entry is SQL, or "clock" (prints the
// seconds since the last one as "clock S"). Statements longer than 20 ms are told on standard error.
import {DuckDBInstance} from '@duckdb/node-api';
import {readFileSync} from 'node:fs';

const [database, script] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
let clock = performance.now();
for (const sql of JSON.parse(readFileSync(script, 'utf8'))) {
  if (sql === 'clock') {
    console.log('clock', ((performance.now() - clock) / 1e3).toFixed(6));
    clock = performance.now();
    continue;
  }
  const start = performance.now();
  await connection.run(sql);
  const ms = performance.now() - start;
  if (ms > 20) console.error(ms.toFixed(0).padStart(7), 'ms', sql.slice(0, 100).replace(/\s+/g, ' '));
}
connection.closeSync();
instance.closeSync();

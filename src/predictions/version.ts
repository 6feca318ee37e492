/** The engine that this was tested with: another one may read JSON or times otherwise. A test holds it to package.json. */
export const ENGINE = '@duckdb/node-api@1.5.6-r.1'

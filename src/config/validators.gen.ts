// @ts-nocheck
// Generated from schemas/ by scripts/generate.mjs: change the schema, then `npm run gen`.
export {}

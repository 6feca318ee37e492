// Generated from the folders by scripts/generate.mjs: add a file, then `npm run gen`.

export const components = {
  command: () => import('./components/command.ts'),
  external: () => import('./components/external.ts'),
  git: () => import('./components/git.ts'),
  image: () => import('./components/image.ts'),
  path: () => import('./components/path.ts'),
  value: () => import('./components/value.ts'),
} as const

export const registries = {
  s3: () => import('./registries/s3.ts'),
} as const

export const metrics = {
  command: () => import('./metrics/command.ts'),
  http: () => import('./metrics/http.ts'),
  predictions: () => import('./metrics/predictions.ts'),
  prometheus: () => import('./metrics/prometheus.ts'),
  sql: () => import('./metrics/sql.ts'),
} as const

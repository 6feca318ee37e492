// Generated from the folders by scripts/generate.mjs: add a file, then `npm run gen`.

export const components = {} as const

export const registries = {} as const

export const metrics = {} as const

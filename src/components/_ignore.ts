import { makeIgnoreMatcher } from '../core/globs.ts'

/** Left out wherever it lies in a component, unless aiship.yaml takes it back: what programs leave behind, never what a release is made of. */
const NAMES: ReadonlySet<string> = new Set(['__pycache__', '.venv', 'node_modules', '.ipynb_checkpoints', '.DS_Store'])

const isDefault = (path: string, name: string): boolean =>
  NAMES.has(name) || name.endsWith('.pyc') || /(?:^|\/)\.dvc\/(?:cache|tmp)$/.test(path)

/** By a rule that aiship.yaml does not show, by one that it does, or not at all. */
export type Ignored = 'by default' | 'by aiship.yaml' | null

export interface Ignores {
  /** In: a path relative to the project, and what was said of the folder that it lies in. */
  of(path: string, name: string, folder: Ignored): Ignored
  /** True if something below an ignored folder may yet be wanted. */
  readonly mayTakeBack: boolean
}

/** The rules of one project, as in `.gitignore`: defaults first, then the lines of `ignore`; the last that matches decides, `!` takes back. */
export function makeIgnores(lines: readonly string[]): Ignores {
  const rules = lines
    .map((line) => ({ takesBack: line.startsWith('!'), match: makeIgnoreMatcher(line.replace(/^!/, '')) }))
    .reverse()
  return {
    of(path, name, folder) {
      const rule = rules.find(({ match }) => match(path))
      if (rule !== undefined) return rule.takesBack ? null : 'by aiship.yaml'
      return folder ?? (isDefault(path, name) ? 'by default' : null)
    },
    mayTakeBack: rules.some(({ takesBack }) => takesBack),
  }
}

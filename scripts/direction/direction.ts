import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/**
 * The layers of the house, lowest first. A file may import from its own folder and from lower
 * layers; folders of one layer do not import each other, so rooms share tables and not code.
 */
export const LAYERS: readonly (readonly string[])[] = [
  ['core'],
  ['feed'],
  ['ledger', 'learn'],
  ['demand', 'load', 'inventory', 'network', 'fulfilment', 'search', 'warehouse'],
  ['world', 'trials', 'explain', 'tune'],
  ['loop'],
  ['api'],
  ['cli'],
]

export interface Violation {
  readonly file: string
  readonly imported: string
  readonly why: string
}

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s[^'"`]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm

/** All imports under `sourceRoot` (a folder whose children are the rooms) that break the direction. */
export function findViolations(sourceRoot: string): { violations: Violation[]; files: number } {
  const violations: Violation[] = []
  const files = listFiles(sourceRoot)
  for (const file of files) {
    for (const target of importsOf(file)) {
      const why = judge(sourceRoot, file, target)
      if (why !== undefined) {
        violations.push({ file: relative(sourceRoot, file), imported: target, why })
      }
    }
  }
  return { violations, files: files.length }
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((m) => (m[1] ?? m[2] ?? m[3])!)
}

function judge(root: string, file: string, target: string): string | undefined {
  if (/(^|\/)storewright(\/|$)/.test(target)) return 'imports the package by its own name'
  if (!target.startsWith('.')) return undefined
  const from = roomOf(root, file)
  const path = resolve(dirname(file), target)
  if (relative(root, path).startsWith('..')) {
    // Tests may use the fixtures of the console; nothing that ships may.
    return file.endsWith('.test.ts') ? undefined : 'leaves the source folder'
  }
  const to = roomOf(root, path)
  if (from === to || from === 'wasm') return undefined
  const fromLayer = layerOf(from)
  const toLayer = layerOf(to)
  if (fromLayer < 0 || toLayer < 0) return `${fromLayer < 0 ? from : to} is in no layer`
  if (toLayer > fromLayer) return `${from} is below ${to}`
  if (toLayer === fromLayer) return `${from} and ${to} share tables, not code`
  const isRoom = toLayer >= 1
  if (isRoom && !isDoor(root, path)) return `goes past the door of ${to}: import ${to}/index.ts`
  return undefined
}

function isDoor(root: string, path: string): boolean {
  return relative(root, path).split(/[\\/]/).slice(1).join('/') === 'index.ts'
}

function roomOf(root: string, path: string): string {
  return relative(root, path).split(/[\\/]/)[0]!
}

function layerOf(room: string): number {
  return LAYERS.findIndex((layer) => layer.includes(room))
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return listFiles(path)
    return /\.(ts|tsx|mts)$/.test(name) ? [path] : []
  })
}

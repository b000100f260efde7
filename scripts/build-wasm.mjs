// Compiles every kernel of src/wasm to dist/wasm, when it is newer than what is there.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const from = join(root, 'src', 'wasm')
const to = join(root, 'dist', 'wasm')
mkdirSync(to, { recursive: true })

/** When NAME.ts or a file in the folder NAME, which it is made of, last changed. */
function lastChange(source) {
  const folder = source.replace(/\.ts$/, '')
  const parts = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return Math.max(...[source, ...parts].map((path) => statSync(path).mtimeMs))
}

for (const file of readdirSync(from).filter((name) => name.endsWith('.ts'))) {
  const source = join(from, file)
  const target = join(to, file.replace(/\.ts$/, '.wasm'))
  if (existsSync(target) && statSync(target).mtimeMs > lastChange(source)) continue
  const { main } = await import('assemblyscript/asc')
  const part = `${target}.part`
  const options = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert']
  // A source may ask for more in its first line: `// asc: --importMemory …`.
  const own = /^\/\/ asc: (.*)/.exec(readFileSync(source, 'utf8'))?.[1]?.split(' ') ?? []
  const { error, stderr } = await main([source, '-o', part, ...options, ...own])
  if (error) {
    console.error(stderr.toString())
    process.exit(1)
  }
  renameSync(part, target)
}

// Packs the package, installs it in an empty folder, imports every subpath from JavaScript, checks
// that each has types, and runs the bin there.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = mkdtempSync(join(tmpdir(), 'storewright-package-'))

/** What the docs tell people to import, each under a name of its own. */
function documentedImports() {
  const listed = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  const texts = listed
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => readFileSync(join(root, path), 'utf8'))
  const imports = texts.flatMap((text) => [
    ...text.matchAll(/import \{ ([^}]+) \} from '(storewright\/[a-z]+)'/g),
  ])
  return imports.map(([, names, room], i) => {
    const own = names.split(', ').map((name) => name.replace(/ as .*/, ''))
    const renamed = own.map((name) => `${name} as d${i}_${name}`)
    return `import { ${renamed.join(', ')} } from '${room}'\nexport const docs${i} = [${own.map((name) => `d${i}_${name}`).join(', ')}] as unknown[]`
  })
}

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

try {
  const packed = JSON.parse(
    run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], root),
  )
  const { filename, size, files } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0]
  console.log(`packed ${filename}: ${files.length} files, ${Math.round(size / 1024)} KB`)
  writeFileSync(join(folder, 'package.json'), '{"name":"user","private":true,"type":"module"}')
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', '--omit=dev', `./${filename}`],
    folder,
  )

  const { exports, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const rooms = Object.keys(exports).filter((path) => path !== './package.json')
  const lines = []
  for (const path of rooms) {
    const name = path.replace('.', 'storewright')
    const types = join(folder, 'node_modules', 'storewright', exports[path].types)
    if (!existsSync(types)) throw new Error(`${name} has no types at ${types}`)
    lines.push(
      `{ const room = await import('${name}'); const names = Object.keys(room); if (names.length === 0) throw new Error('${name} exports nothing'); console.log('${name}: ' + names.length + ' exports') }`,
    )
  }
  writeFileSync(join(folder, 'use.js'), lines.join('\n'))
  process.stdout.write(run('node', ['use.js'], folder))

  const uses = rooms.map(
    (path, i) =>
      `import * as r${i} from '${path.replace('.', 'storewright')}'\nexport const n${i}: object = r${i}`,
  )
  writeFileSync(join(folder, 'use.ts'), [...uses, ...documentedImports()].join('\n'))
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    'use.ts',
  ]
  run(join(root, 'node_modules', '.bin', 'tsc'), flags, folder)

  const told = run(
    join(folder, 'node_modules', '.bin', 'storewright'),
    ['--version'],
    folder,
  ).trim()
  if (told !== version) throw new Error(`the bin says version ${told}, not ${version}`)
  run(join(folder, 'node_modules', '.bin', 'storewright'), ['init', 'shop'], folder)
  if (!existsSync(join(folder, 'shop', 'storewright.toml'))) throw new Error('init made no store')
  const start = ['start', '--store', 'demo', '--products', '60', '--no-serve']
  const report = run(join(folder, 'node_modules', '.bin', 'storewright'), start, folder)
  if (!report.includes('What should I order?')) throw new Error('start printed no report')
  console.log(`package: ${rooms.length} subpaths import and type-check; the bin runs the loop`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

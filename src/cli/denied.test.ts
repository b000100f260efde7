import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../core/sql/database.ts'
import { initStore } from '../loop/index.ts'
import { design } from '../warehouse/index.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
/** Root may write everywhere: its commands run as nobody. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

let folder: string

function asOther(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    ...NOBODY,
    encoding: 'utf8',
    cwd: '/',
    env: {
      ...process.env,
      HOME: tmpdir(),
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache-other'),
    },
  })
  return { status, stdout, stderr }
}

// A tree that nobody may read cannot be run by nobody; on Windows there is none.
describe.skipIf(process.platform === 'win32' || asOther('--version').status !== 0)(
  'a user who may not write',
  () => {
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'storewright-denied-'))
      chmodSync(folder, 0o755)
    })
    afterEach(() => {
      chmodSync(folder, 0o755)
      rmSync(folder, { recursive: true, force: true })
    })

    async function shop(): Promise<string> {
      const file = join(folder, 'shop.duckdb')
      const db = await openDatabase(file)
      await db.run('CREATE TABLE t AS SELECT range AS a FROM range(100)')
      const refusals = [{ kind: 'layout' as const, target: 't', reason: 'asked too seldom' }]
      await design.propose(db, { actions: [], refusals }, () => [], { by: 'test', now: 0 })
      db.close()
      return file
    }

    it('is told where DuckDB may not write its log, before any work, and may read', async () => {
      const file = await shop()
      chmodSync(file, 0o666)
      chmodSync(folder, 0o555)
      const { status, stderr } = asOther('warehouse', 'apply', '--database', file)
      expect(status).toBe(2)
      expect(stderr).toContain(`${folder} may not be written to by this user`)
      expect(stderr).toMatch(/ERR_STORE_DENIED/)
      const report = asOther('warehouse', 'report', '--database', file)
      expect(report).toMatchObject({ status: 0, stdout: expect.stringMatching(/asked too seldom/) })
    })

    it('is told which file may not be written or read, and nothing of damage', async () => {
      const file = await shop()
      chmodSync(folder, 0o777)
      chmodSync(file, 0o444)
      const apply = asOther('warehouse', 'apply', '--database', file)
      expect(apply.status).toBe(2)
      expect(apply.stderr).toContain(`${file} may not be written by this user`)
      chmodSync(file, 0)
      const report = asOther('warehouse', 'report', '--database', file)
      expect(report.stderr).toContain(`${file} may not be read by this user`)
      expect(apply.stderr + report.stderr).not.toMatch(/damaged/i)
    })

    it('is told that a store may not be written, and where', async () => {
      const store = join(folder, 'shop')
      await initStore(store, { name: 'shop' })
      const shut = join(folder, 'shut')
      cpSync(store, shut, { recursive: true })
      spawnSync('chmod', ['-R', 'a=rX', shut])
      for (const args of [
        ['run', '--store', shut],
        ['warehouse', 'apply', '--store', shut],
      ]) {
        const { status, stderr } = asOther(...args)
        expect(status).toBe(2)
        expect(stderr).toMatch(
          /shut\/(nightly\.lock|store\.duckdb)\S* may not be written by this user/,
        )
        expect(stderr).not.toMatch(/damaged/i)
      }
      expect(asOther('warehouse', 'report', '--store', shut).status).toBe(0)
      chmodSync(shut, 0)
      const hidden = asOther('warehouse', 'report', '--store', shut)
      expect(hidden).toMatchObject({ status: 2, stderr: expect.stringMatching(/may not look at/) })
      spawnSync('chmod', ['-R', 'u+rwX', shut])
    })
  },
)

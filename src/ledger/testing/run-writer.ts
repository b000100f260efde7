import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./writer.ts', import.meta.url))

/** An append that a writer reports as acknowledged. */
export interface Acknowledged {
  readonly first: number
  readonly last: number
}

export interface WriterRun {
  readonly acknowledged: readonly Acknowledged[]
  readonly code: number | null
  readonly killedBy: NodeJS.Signals | null
}

/** Runs testing/writer.ts with its arguments; `onLine` sees each acknowledgement as it comes. */
export function runWriter(
  parameters: readonly (string | number)[],
  onLine: (acknowledged: Acknowledged, child: ChildProcess) => void = () => {},
  wrapper: readonly string[] = [],
): Promise<WriterRun> {
  const [command = '', ...rest] = [
    ...wrapper,
    process.execPath,
    program,
    ...parameters.map((parameter) => String(parameter)),
  ]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: Acknowledged[] = []
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n')
    // The last piece may be half a line: a writer can be killed while it writes.
    text = lines.pop() ?? ''
    for (const line of lines) {
      const [first = Number.NaN, last = Number.NaN] = line.split(' ').map(Number)
      acknowledged.push({ first, last })
      onLine({ first, last }, child)
    }
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, killedBy) => resolve({ acknowledged, code, killedBy }))
  })
}

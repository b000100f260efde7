import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { StockNodeOptions } from '../node.ts'

const program = fileURLToPath(new URL('./node-process.ts', import.meta.url))

/** Nodes as processes of their own, by number. */
export interface NodeChildren {
  /** Starts a node; resolves when it stands ready. */
  start(node: number): Promise<void>
  /** `kill -9`. */
  kill(node: number): Promise<void>
  /** Stops a node in its tracks for so long (SIGSTOP): it wakes believing that it owns what it did. */
  pause(node: number, milliseconds: number): Promise<void>
  /** The node that took a shard last. */
  ownerOf(shard: number): number | undefined
  /** Shards taken so far, by all of them. */
  taken(): number
  /** What failed in them, in words. */
  readonly failures: readonly string[]
  /** Ends all of them. */
  close(): Promise<void>
}

/** Prepares nodes; `optionsOf` gives a node's options but for its clock. */
export function createNodeChildren(
  optionsOf: (node: number) => Omit<StockNodeOptions, 'clock'>,
): NodeChildren {
  const children = new Map<number, ChildProcess>()
  const owners = new Map<number, number>()
  const failures: string[] = []
  let taken = 0

  function hear(node: number, line: string): void {
    const event = JSON.parse(line) as { kind: string; shard?: number; error?: unknown }
    if (event.kind === 'failed') failures.push(`node ${node}: ${event.error}`)
    if (event.kind !== 'taken') return
    taken++
    owners.set(event.shard!, node)
  }

  async function kill(node: number): Promise<void> {
    const child = children.get(node)
    children.delete(node)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  return {
    async start(node) {
      const options = JSON.stringify(optionsOf(node))
      const child = spawn(process.execPath, [program, options], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      children.set(node, child)
      await new Promise<void>((resolve, reject) => {
        child.once('error', reject)
        child.once('exit', (code) => reject(new Error(`node ${node} ended with ${code}`)))
        createInterface({ input: child.stdout }).on('line', (line) => {
          hear(node, line)
          resolve()
        })
      })
    },
    kill,
    async pause(node, milliseconds) {
      const child = children.get(node)
      child?.kill('SIGSTOP')
      await sleep(milliseconds)
      child?.kill('SIGCONT')
    },
    ownerOf: (shard) => owners.get(shard),
    taken: () => taken,
    failures,
    async close() {
      await Promise.all([...children.keys()].map(kill))
    },
  }
}

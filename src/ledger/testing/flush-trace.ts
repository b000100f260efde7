/** What a trace says of the flushes around the acknowledgements. */
export interface FlushTrace {
  readonly acknowledgements: number
  /** Completed fsync, fdatasync and msync calls. */
  readonly flushes: number
  /** Acknowledgements that came before what they acknowledge was on disk: the lines, and why. */
  readonly tooEarly: readonly string[]
}

interface Call {
  readonly name: string
  /** The arguments as strace writes them; file descriptors as `7</path>`. */
  readonly text: string
  readonly phase: 'start' | 'end' | 'whole'
}

const FLUSHES = new Set(['fsync', 'fdatasync', 'msync'])
const WRITES = new Set(['write', 'writev', 'pwrite64', 'pwritev'])

/** The system calls that `strace` must write down. */
export const TRACED_CALLS = ['openat', ...FLUSHES, ...WRITES].join(',')

/**
 * Goes through the output of `strace -f -y` of a writer that has one append under way at a time,
 * and finds acknowledgements (writes of `first last` to descriptor 1) that came too early: with a
 * write to `file` that no flush has followed and that did not go through an O_DSYNC descriptor, or
 * with no flush at all since the acknowledgement before. A flush covers what was written before it
 * began, and counts from its end.
 */
export function checkFlushTrace(trace: string, file: string): FlushTrace {
  const synchronous = new Set<string>()
  const tooEarly: string[] = []
  let acknowledgements = 0
  let flushes = 0
  let flushesBefore = 0
  let unflushed = 0
  let covered = 0
  let underWay = 0
  for (const { name, text, phase } of callsIn(trace)) {
    const descriptor = /^(\d+)</.exec(text)?.[1] ?? ''
    const ours = text.includes(`${file}>`)
    if (name === 'openat' && phase !== 'start' && text.includes(file)) {
      const opened = /= (\d+)/.exec(text)?.[1] ?? ''
      if (/O_D?SYNC/.test(text)) synchronous.add(opened)
      else synchronous.delete(opened)
    } else if (FLUSHES.has(name) && (ours || name === 'msync')) {
      if (phase !== 'end') covered = unflushed
      if (phase !== 'start' && text.endsWith('= 0')) {
        flushes++
        unflushed -= covered
        covered = 0
      }
    } else if (WRITES.has(name) && ours && synchronous.has(descriptor)) {
      underWay += phase === 'start' ? 1 : phase === 'end' ? -1 : 0
    } else if (WRITES.has(name) && ours) {
      unflushed++
    } else if (name === 'write' && phase !== 'end' && /^1<[^>]*>, "\d+ \d+\\n"/.test(text)) {
      acknowledgements++
      if (unflushed > 0) tooEarly.push(`${text}: ${unflushed} writes not flushed`)
      else if (underWay > 0) tooEarly.push(`${text}: a synchronous write was under way`)
      else if (flushes === flushesBefore) tooEarly.push(`${text}: nothing was flushed`)
      flushesBefore = flushes
    }
  }
  return { acknowledgements, flushes, tooEarly }
}

function* callsIn(trace: string): Generator<Call> {
  // A call during which another thread ran stands on two lines, its arguments on the first.
  const unfinished = new Map<string, string>()
  for (const line of trace.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest)
    if (resumed !== null) {
      const text = `${unfinished.get(pid) ?? ''}${resumed[2]}`
      unfinished.delete(pid)
      yield { name: resumed[1] ?? '', text: text.trimEnd(), phase: 'end' }
      continue
    }
    const [, name = '', text = ''] = /^(\w+)\((.*)$/.exec(rest) ?? []
    const cut = text.indexOf(' <unfinished ...>')
    if (cut >= 0) unfinished.set(pid, text.slice(0, cut))
    if (name !== '') {
      yield cut >= 0
        ? { name, text: text.slice(0, cut), phase: 'start' }
        : { name, text: text.trimEnd(), phase: 'whole' }
    }
  }
}

import { type ErrorCode, type ErrorPlace, StorewrightError } from './errors.ts'

/** What a thread is asked: a function of a module and its argument. */
export interface WorkerCall {
  readonly module: string
  readonly name: string
  readonly task: unknown
}

/** What comes back. Errors travel as plain fields: structured clone would drop their code. */
export type WorkerAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly failure: WorkerFailure }

export interface WorkerFailure {
  readonly code: ErrorCode
  readonly message: string
  readonly place: ErrorPlace
  readonly next?: string
}

/** Runs in the thread: imports the module, calls the function; a StorewrightError becomes an answer. */
export async function call({ module, name, task }: WorkerCall): Promise<WorkerAnswer> {
  try {
    const exported: Readonly<Record<string, unknown>> = await import(module)
    const run = exported[name]
    if (typeof run !== 'function') {
      throw new StorewrightError('ERR_INTERNAL', `${module} exports no function ${name}`)
    }
    return { ok: true, result: await run(task) }
  } catch (error) {
    if (!(error instanceof StorewrightError)) throw error
    const { code, message, place, next } = error
    return { ok: false, failure: { code, message, place, ...(next === undefined ? {} : { next }) } }
  }
}

import { type ReadonlySignal, signal } from '@preact/signals'
import { ApiError } from './api.ts'

/** Something the server knows. While it is read again, what was known stays. */
export interface Resource<T> {
  readonly data: ReadonlySignal<T | undefined>
  readonly error: ReadonlySignal<ApiError | undefined>
  /** Reads it; a second call while one runs joins it. */
  load(): Promise<void>
  /** Puts what is known for sure, such as the reply to a change. */
  set(data: T): void
}

/** A resource that `read` fetches. */
export function createResource<T>(read: () => Promise<T>): Resource<T> {
  const data = signal<T | undefined>(undefined)
  const error = signal<ApiError | undefined>(undefined)
  let running: Promise<void> | undefined
  const once = async (): Promise<void> => {
    try {
      data.value = await read()
      error.value = undefined
    } catch (cause) {
      error.value = asApiError(cause)
    } finally {
      running = undefined
    }
  }
  return {
    data,
    error,
    load() {
      running ??= once()
      return running
    },
    set(next) {
      data.value = next
    },
  }
}

/** Resources by key, made on first use; the least recently used beyond `limit` are forgotten. */
export function createResources<T>(read: (key: string) => Promise<T>, limit = 50) {
  const kept = new Map<string, Resource<T>>()
  return {
    of(key: string): Resource<T> {
      const found = kept.get(key)
      const resource = found ?? createResource(() => read(key))
      kept.delete(key)
      kept.set(key, resource)
      if (kept.size > limit) kept.delete(kept.keys().next().value!)
      if (found === undefined) void resource.load()
      return resource
    },
    /** Forgets them all, after a change that may touch any. */
    clear(): void {
      kept.clear()
    },
    /** Reads a resource again if it is kept. */
    reload(key: string): void {
      void kept.get(key)?.load()
    },
  }
}

/** Any thrown thing as an ApiError. */
export function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ApiError(0, { code: 'CONSOLE', message })
}

import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import type { Target } from './targets.ts'

/** Asks a target again and again whether it is well. */
export interface HealthWatch {
  /** What it complained of, once it has. */
  complaint(): string | undefined
  close(): void
}

const EVERY_MS = 250
const PATIENCE_MS = 600

/** Watches an address: any answer but 2xx, and none within 0.6 s, is a complaint, which stands. */
export function watchHealth(target: Target, token?: string): HealthWatch {
  const { host, port, isTls, basePath, hostHeader } = target
  const path = basePath === '' ? '/' : basePath
  const headers = {
    host: hostHeader,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  let said: string | undefined
  const ask = () => {
    const options = { host, port, path, headers, agent: false as const, timeout: PATIENCE_MS }
    const request = (isTls ? getHttps : getHttp)(options, (response) => {
      const status = response.statusCode ?? 0
      response.resume()
      if (status < 200 || status > 299) said ??= `the target's health endpoint answers ${status}`
    })
    request.on('timeout', () => {
      said ??= `the target's health endpoint does not answer within ${PATIENCE_MS} ms`
      request.destroy()
    })
    request.on('error', () => {
      said ??= "the target's health endpoint cannot be reached"
    })
  }
  ask()
  const timer = setInterval(ask, EVERY_MS)
  return { complaint: () => said, close: () => clearInterval(timer) }
}

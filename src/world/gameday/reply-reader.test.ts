import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplyReader, type HttpReply } from './reply-reader.ts'

/** A reply as its sender would write it, and what a reader must make of it. */
const reply = fc.record({
  status: fc.constantFrom(200, 201, 404, 503),
  body: fc.uint8Array({ maxLength: 60 }),
  isChunked: fc.boolean(),
  chunk: fc.integer({ min: 1, max: 20 }),
  keepAlive: fc.boolean(),
  isInformed: fc.boolean(),
})
type Made = typeof reply extends fc.Arbitrary<infer T> ? T : never

function write({ status, body, isChunked, chunk, keepAlive, isInformed }: Made): Buffer {
  const before = isInformed ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
  const connection = keepAlive ? '' : '\r\nConnection: close'
  const head = Buffer.from(
    `${before}HTTP/1.1 ${status} Some words\r\n${framing}${connection}\r\n\r\n`,
  )
  if (!isChunked) return Buffer.concat([head, body])
  const parts: Buffer[] = [head]
  for (let at = 0; at < body.length; at += chunk) {
    const piece = body.subarray(at, at + chunk)
    parts.push(
      Buffer.from(`${piece.length.toString(16)}\r\n`),
      Buffer.from(piece),
      Buffer.from('\r\n'),
    )
  }
  parts.push(Buffer.from('0\r\nX-Sum: 1\r\n\r\n'))
  return Buffer.concat(parts)
}

test('replies are read whole wherever their bytes are split', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(
      fc.array(reply, { minLength: 1, maxLength: 5 }),
      cuts,
      fc.boolean(),
      (made, sizes, wantsBody) => {
        const got: HttpReply[] = []
        const reader = createReplyReader((one) => got.push(one))
        reader.wantsBody = wantsBody
        const bytes = Buffer.concat(made.map(write))
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const size = sizes[cut % sizes.length]!
          reader.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(got).toEqual(
          made.map(({ status, body, keepAlive }) => ({
            status,
            keepAlive,
            body: wantsBody ? Buffer.from(body) : undefined,
          })),
        )
      },
    ),
  )
})

test('a body without a length ends with the connection', () => {
  const got: HttpReply[] = []
  const reader = createReplyReader((one) => got.push(one))
  reader.wantsBody = true
  reader.push(Buffer.from('HTTP/1.0 200 OK\r\n\r\nhel'))
  reader.push(Buffer.from('lo'))
  expect(got).toEqual([])
  expect(reader.end()).toBe(true)
  expect(got).toEqual([{ status: 200, keepAlive: false, body: Buffer.from('hello') }])
})

test('a connection that ends within a reply has brought none', () => {
  const got: HttpReply[] = []
  const reader = createReplyReader((one) => got.push(one))
  reader.push(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel'))
  expect(reader.end()).toBe(false)
  expect(got).toEqual([])
})

test('what is no HTTP is refused', () => {
  const push = (text: string) => () => createReplyReader(() => {}).push(Buffer.from(text))
  expect(push('SSH-2.0-OpenSSH\r\n\r\n')).toThrow('no HTTP/1.1 reply')
  expect(push(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`)).toThrow('endless head')
  expect(push('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')).toThrow('a size')
})

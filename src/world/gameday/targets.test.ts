import { expect, test } from 'vitest'
import { parseTarget } from './targets.ts'

test.each([
  ['http://127.0.0.1:4600', '127.0.0.1', 4600],
  ['http://localhost:80/', 'localhost', 80],
  ['http://[::1]:9/shop/', '::1', 9],
])('%s is this machine and needs no permission', (address, host, port) => {
  expect(parseTarget(address, [])).toMatchObject({ host, port, isTls: false })
})

test('another machine has to be listed, with its scheme and port', () => {
  const allowed = ['https://test.shop.example', 'http://10.0.0.7:8080']
  expect(parseTarget('https://test.shop.example:443/v1/', allowed)).toMatchObject({
    port: 443,
    isTls: true,
    basePath: '/v1',
    hostHeader: 'test.shop.example',
  })
  expect(parseTarget('http://10.0.0.7:8080', allowed).port).toBe(8080)
  for (const address of [
    'https://shop.example',
    'http://test.shop.example',
    'https://test.shop.example:8443',
    'https://test.shop.example.evil.example',
    'http://10.0.0.7',
    'http://0.0.0.0:4600',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
  ]) {
    expect(() => parseTarget(address, allowed)).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT', next: expect.stringContaining('--allow') }),
    )
  }
})

test.each(['', 'shop', 'ftp://127.0.0.1', 'http://me:secret@127.0.0.1'])(
  '"%s" is refused',
  (address) => {
    expect(() => parseTarget(address, [address])).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT' }),
    )
  },
)

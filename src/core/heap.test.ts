import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMaxHeap } from './heap.ts'

const action = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), key: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ kind: fc.constant('pop' as const), key: fc.constant(0) }),
  fc.record({ kind: fc.constant('replace' as const), key: fc.integer({ min: 0, max: 20 }) }),
)

describe('createMaxHeap', () => {
  it('gives what a sorted list gives', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const heap = createMaxHeap(1)
        const plain: { key: number; id: number }[] = []
        actions.forEach(({ kind, key }, id) => {
          if (kind === 'push') {
            heap.push(key, id)
            plain.push({ key, id })
          } else if (kind === 'pop') {
            heap.pop()
            plain.shift()
          } else {
            heap.replaceTop(key)
            if (plain[0] !== undefined) plain[0].key = key
          }
          plain.sort((a, b) => b.key - a.key || a.id - b.id)
          expect(heap.size).toBe(plain.length)
          expect(heap.topId()).toBe(plain[0]?.id ?? -1)
          expect(heap.topKey()).toBe(plain[0]?.key ?? Number.NEGATIVE_INFINITY)
        })
      }),
    )
  })
})

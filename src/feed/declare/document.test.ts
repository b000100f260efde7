import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SUBJECTS } from '../tables/all.ts'
import { feedDocument } from './document.ts'

it('docs/feed.md says what the declarations say (npm run docs)', () => {
  const path = join(import.meta.dirname, '..', '..', '..', 'docs', 'feed.md')
  expect(readFileSync(path, 'utf8')).toBe(feedDocument(SUBJECTS))
})

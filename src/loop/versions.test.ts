import { expect, it } from 'vitest'
import { ALL_TABLES } from '../feed/index.ts'
import { VERSIONED_TABLES } from './versions.ts'

it('prunes every table whose rows carry a version, each with its kind', () => {
  const carrying = ALL_TABLES.filter(
    ({ origin, columns, name }) =>
      origin === 'result' && 'version' in columns && !name.includes('version'),
  ).map(({ name }) => name)
  expect(Object.values(VERSIONED_TABLES).flat().sort()).toEqual(carrying.sort())
})

/** Actions in a database: applied and undone whole, kept in a schema of their own. */

export {
  apply,
  type Broken,
  type Decision,
  decide,
  propose,
  proposeBeside,
  recordGain,
  takeOutBroken,
  undo,
  withoutRefused,
} from './design.ts'
export {
  type BaseTable,
  DESIGN_SCHEMA,
  type DesignEvent,
  type Example,
  readActions,
  readEvents,
  readLeftAlone,
  readRefusals,
  type StoredAction,
  writeLeftAlone,
} from './records.ts'

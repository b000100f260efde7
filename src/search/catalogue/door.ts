export type { RoleChoice } from './infer-roles.ts'
export { openRows } from './open-rows.ts'
export type { Field, FieldRole, FieldValue, Product } from './product.ts'
export {
  type Catalogue,
  type CatalogueOptions,
  type CataloguePlan,
  planCatalogue,
  readCatalogue,
  reportOf,
  streamProducts,
} from './read-catalogue.ts'
export {
  type CatalogueFault,
  type CatalogueReport,
  formatReport,
  REPAIRS,
  type Repair,
  type RepairKind,
} from './report.ts'
export { checkRoleSettings, type RoleSettings, readRoleSettings } from './role-settings.ts'
export { formatRoles, type RoleRow, roleRows } from './roles-table.ts'

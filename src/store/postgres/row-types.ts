import { types } from 'pg'

const oids = { int8: 20, numeric: 1700 }

/** How `pg` reads columns: everything that is counted here stays below 2^53. */
export const rowTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return oid === oids.int8 || oid === oids.numeric ? Number : types.getTypeParser(oid, format)
  },
}

import type { AccountForm } from '../providers/types.ts'

/** The values of an account by their names; they may be credentials. */
export type Account = Readonly<Record<string, string>>

/** The accounts in a setting; none when any part of it is not as the form says. */
export function accountsFrom(form: AccountForm, setting: string): readonly Account[] {
  const texts = form.several === undefined ? [setting] : setting.split(/[\s,]+/).filter((text) => text !== '')
  const accounts = texts.map((text) => accountFrom(form, text))
  const found = accounts.filter((account) => account !== null)
  return found.length === accounts.length ? found : []
}

function accountFrom({ pattern, environments = {} }: AccountForm, text: string): Account | null {
  const [first] = Object.keys(environments)
  const colon = text.indexOf(':')
  const word = text.slice(0, Math.max(0, colon))
  const named = Object.hasOwn(environments, word)
  const values = new RegExp(`^(?:${pattern})$`).exec(named ? text.slice(colon + 1) : text)
  if (values === null) return null
  const environment = named ? word : first
  return { ...values.groups, ...(environment === undefined ? {} : environments[environment]) }
}

/** Puts the account's values where `{account:<name>}` stands. Throws when the row names a value that it does not have. */
export function fillIn(template: string, account: Account, values: Readonly<Record<string, string>> = {}): string {
  return template.replaceAll(/\{(?:account:)?([a-z-]+)\}/g, (token, name: string) => {
    const value = token.startsWith('{account:') ? accountValue(account, name) : values[name]
    if (value === undefined) throw new Error(`${token} means nothing here`)
    return value
  })
}

/** Names of groups have no dashes, so a dash in a row stands for an underscore. */
export function accountValue(account: Account, name: string): string | undefined {
  const key = name.replaceAll('-', '_')
  return Object.hasOwn(account, key) ? account[key] : undefined
}

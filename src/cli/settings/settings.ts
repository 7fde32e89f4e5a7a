import { type Static, Type } from '@sinclair/typebox'
import { nullable } from '../../operator/schemas.ts'
import { Setting } from '../../operator/setting-schema.ts'
import type { GatewayOptions } from '../api/gateway.ts'
import { withClient } from '../api/with-client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain, table } from '../output.ts'

/** What `posthorn settings` was told. */
export interface SettingsOptions extends GatewayOptions {
  readonly changed?: true
  readonly json?: true
}

const Settings = Type.Object({
  configFile: nullable(Type.String()),
  settings: Type.Array(Type.Pick(Setting, ['name', 'value', 'isSet', 'isSecret', 'from'])),
})
type SeenSetting = Static<typeof Settings>['settings'][number]

const fromWords: Readonly<Record<SeenSetting['from'], string>> = {
  environment: 'environment',
  platform: 'platform',
  file: 'configuration file',
  default: 'default',
}

export function listSettings(io: Io, options: SettingsOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    const answer = await client.get('/settings', Settings)
    const settings = answer.settings.filter(({ from }) => options.changed !== true || from !== 'default')
    output.document({ ...answer, settings })
    if (answer.configFile !== null) output.line(`Configuration file: ${plain(answer.configFile, 500)}\n`)
    if (settings.length === 0) output.notice('every setting is at its default.')
    const heading = ['NAME', 'FROM', 'VALUE'].map((text) => output.style('bold', text))
    if (settings.length > 0)
      for (const line of table([heading, ...settings.map((one) => cells(output, one))])) output.line(line)
    return exitCodes.ok
  })
}

function cells(output: Output, { name, value, isSet, isSecret, from }: SeenSetting): readonly string[] {
  const shown = isSecret ? (isSet ? 'set, not shown' : 'not set') : value === null ? 'not set' : plain(value, 500)
  const isDefault = from === 'default'
  return [
    isDefault ? plain(name) : output.style('cyan', plain(name)),
    isDefault ? output.style('dim', fromWords[from]) : fromWords[from],
    isSecret || value === null ? output.style('dim', shown) : shown,
  ]
}

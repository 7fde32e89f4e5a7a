import { useResource } from './resource.ts'
import type { SourceList } from './types.ts'

/** Sources to choose from, the default one last. */
export function useSourceNames(): readonly { readonly value: string; readonly title: string }[] {
  const { data } = useResource<SourceList>('/api/sources')
  return (data?.sources ?? []).map(({ name, title }) => ({
    value: name,
    title: title.toLowerCase() === name || name === 'default' ? name : `${name} (${title})`,
  }))
}

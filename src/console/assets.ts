/** A file of the console. */
export interface ConsoleAsset {
  readonly contentType: string
  readonly body: Buffer
  /** Its name changes with its bytes, so that a browser may keep it for good. */
  readonly immutable: boolean
}

/**
 * The console's files by name. `index.html` is the page at `/console` and at every path below it but those of
 * `/console/assets/<name>`, where the others are; a name may have slashes.
 */
export async function loadConsoleAssets(): Promise<ReadonlyMap<string, ConsoleAsset>> {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Posthorn</title><link rel="stylesheet" href="/console/assets/style.css"></head>
<body><main><h1>Posthorn</h1><p><a href="/docs">The API</a></p></main></body></html>`
  const style = ':root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; }'
  return new Map([
    ['index.html', { contentType: 'text/html; charset=utf-8', body: Buffer.from(page), immutable: false }],
    ['style.css', { contentType: 'text/css; charset=utf-8', body: Buffer.from(style), immutable: false }],
  ])
}

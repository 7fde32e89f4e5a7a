// What `import … from 'posthorn'` gives to an app, a configuration file and handlers. `src/index.ts` has the types; this file
// is the same in a clone, in the image and in a package.
import { existsSync } from 'node:fs'
import fp from 'fastify-plugin'

/** A gateway in a Fastify app of yours: `await app.register(posthorn, { … })`. See docs/library.md. */
export default fp(
  async function posthorn(app, options) {
    // Loaded where it is wanted: handlers and configuration files need nothing of it. From the sources in a clone (Node runs
    // TypeScript as it is, except below node_modules), compiled elsewhere.
    const here = new URL('.', import.meta.url)
    const isClone = !here.pathname.includes('/node_modules/') && existsSync(new URL('tsconfig.json', here))
    const { guest } = await import(isClone ? './plugins/guest.ts' : './dist/plugins/guest.js')
    await guest(app, options)
  },
  { name: 'posthorn', fastify: '5.x' },
)

/** Gives a configuration its types. */
export const defineConfig = (config) => config

/** Gives a handler its types. */
export const defineHandler = (handler) => handler

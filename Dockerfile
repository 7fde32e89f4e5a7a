# The version is exact because events are stored with the SQLite that is part of Node.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: the only package that has one would bring a second Node.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build -- --declaration false \
    && npm prune --omit=dev --ignore-scripts \
    && mkdir -p handlers

FROM ${NODE_IMAGE}
ENV NODE_ENV=production DATA_DIR=/data
RUN install -d -o 1000 -g 1000 /data
WORKDIR /app
COPY --from=build /app/package.json /app/index.js /app/posthorn.js /app/LICENSE* ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Handlers and posthorn.config.ts stay TypeScript and may import types and helpers from the sources.
COPY --from=build /app/src ./src
COPY --from=build /app/handlers ./handlers
# `docker exec <container> posthorn send github`
RUN ln -s /app/posthorn.js /usr/local/bin/posthorn
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# As `npm start` has it: one thread beside the event loop's for collecting garbage, since four would take turns with senders who
# wait for an answer, and no more space for what is new than V8 begins with, so that little memory is enough under load too.
CMD ["node", "--v8-pool-size=1", "--max-semi-space-size=16", "dist/src/server.js"]

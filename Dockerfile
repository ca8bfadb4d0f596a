# The image: API, worker and commands of Latchkey. What it does alone, and how compose splits it: docs/operations.md, Containers.
ARG NODE=node:24-bookworm-slim

# Every package, for the compiler. Installed anew only when the lock file changes.
FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund

FROM packages AS build
COPY nest-cli.json tsconfig.json ./
COPY scripts/mark-built.mjs scripts/
COPY migrations migrations
COPY src src
RUN npm run build

# The packages of a running service, and of these only what it reads.
FROM ${NODE} AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY scripts/image/slim.mjs scripts/image/
RUN node scripts/image/slim.mjs

# All files of the service in one layer's worth of folders; it proves that nothing is missing by writing its contract.
FROM ${NODE} AS service
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY package.json openapi.yaml LICENSE ./
COPY views views
COPY --from=build /app/dist dist
RUN node dist/src/cli.js openapi | cmp - openapi.yaml

FROM ${NODE}
WORKDIR /app
# `docker run … admin list`, `keys list`, `migrate`, `worker`; and the folder for what a start outside production makes for itself.
RUN for name in admin keys migrate; do \
      printf '#!/bin/sh\nexec node /app/dist/src/cli.js %s "$@"\n' "$name" > "/usr/local/bin/$name"; \
    done \
    && printf '#!/bin/sh\nexec node /app/dist/src/worker.js\n' > /usr/local/bin/worker \
    && chmod 755 /usr/local/bin/admin /usr/local/bin/keys /usr/local/bin/migrate /usr/local/bin/worker \
    && install -d -o node -g node -m 700 .latchkey
COPY scripts/image/healthy.mjs ./
COPY --from=service /app/node_modules node_modules
COPY --from=service /app/package.json /app/openapi.yaml /app/LICENSE ./
COPY --from=service /app/views views
COPY --from=service /app/dist dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "healthy.mjs"]
# Node.js itself is the process of the container, so it gets the signals; it starts no other.
ENTRYPOINT []
CMD ["node", "dist/src/main.js"]

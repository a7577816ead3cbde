# syntax=docker/dockerfile:1.7
# The image holds the binary, the shared libraries it links and nothing else: no shell, no package manager.
# `make image-check` plays the demo in a root with the same contents.
ARG SWIFT_VERSION=6.3.1

FROM swift:${SWIFT_VERSION}-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libjpeg62-turbo-dev=1:2.1.* libpng-dev=1.6.* zlib1g-dev=1:1.2.* \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/src/.build \
    PORTCULLIS_NO_TESTS=1 swift build -c release --product portcullis --static-swift-stdlib \
    && scripts/collect-runtime.sh .build/release/portcullis /runtime

FROM scratch
COPY --from=build /runtime/ /
COPY --from=build --chown=65532:65532 /runtime/var/lib/portcullis/ /var/lib/portcullis/
USER 65532:65532
WORKDIR /var/lib/portcullis
ENV PORTCULLIS_LISTEN=0.0.0.0:8080 \
    PORTCULLIS_ADMIN=0.0.0.0:9090
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s --retries=3 \
    CMD ["/usr/local/bin/portcullis", "healthcheck", "--url", "http://127.0.0.1:9090/readyz"]
ENTRYPOINT ["/usr/local/bin/portcullis"]
CMD ["serve"]

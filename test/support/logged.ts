import { Logger, type LoggerService } from '@nestjs/common';

/** Keeps what services log instead of printing it; answers the warnings, oldest first. Call it where tests are set up. */
export function keepWarnings(): string[] {
  const warnings: string[] = [];
  const keep: LoggerService = {
    log: () => undefined,
    error: () => undefined,
    warn: (message: unknown) => void warnings.push(String(message)),
  };
  beforeEach(() => {
    warnings.length = 0;
    Logger.overrideLogger(keep);
  });
  afterAll(() => {
    Logger.overrideLogger(undefined as never);
  });
  return warnings;
}

import { confluentPlatform } from './confluent/platform.ts'
import { databricksPlatform } from './databricks/platform.ts'
import type { Platform } from './platform.ts'

export const PLATFORMS: readonly Platform[] = [confluentPlatform, databricksPlatform]

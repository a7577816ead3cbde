import Hummingbird

import ArgumentParser

import NIOHTTP1
import ServiceLifecycle
import Logging

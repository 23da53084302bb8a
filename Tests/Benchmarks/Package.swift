// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "EmbedRec", path: "../..")],
  targets: [
    .executableTarget(
      name: "embedrec-bench",
      dependencies: [
        .product(name: "Embedding", package: "EmbedRec"),
        .product(name: "Search", package: "EmbedRec"),
      ])
  ],
  swiftLanguageModes: [.v6]
)

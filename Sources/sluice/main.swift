import SluiceCommand

await SluiceCommand.main()
